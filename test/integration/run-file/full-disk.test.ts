import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openRunFiles } from '../../../src/main/adapters/run-file/run-files.ts';
import type { PlanFile, RunFile } from '../../../src/main/core/ports/run-file.ts';
import { anOperator, aPlanHeader, aStoredPlan, RUN_ID } from '../../support/builders/a-plan.ts';
import { anItem } from '../../support/builders/an-item.ts';
import { aSmallDisk, whyNoSmallDisk } from '../../support/disk/a-small-disk.ts';
import { aPlanOnDisk, readToExecute } from '../../support/run-file/a-plan-on-disk.ts';

const cannotMount = whyNoSmallDisk();
const FULL = expect.objectContaining({ code: 'DISK_FULL' }) as unknown;

function aDisk(sizeKiB: number): string {
  const disk = aSmallDisk(sizeKiB);
  onTestFinished(() => {
    disk.unmount();
  });
  return disk.path;
}

/** Fills what is left of a disk with a file, and returns what makes room again. */
function fill(folder: string): () => void {
  const path = join(folder, 'filler');
  for (const size of [65_536, 4_096, 1]) {
    try {
      for (;;) writeFileSync(path, Buffer.alloc(size), { flag: 'a' });
    } catch {
      // Full for this size: the next one fits into the rest.
    }
  }
  return () => {
    rmSync(path);
  };
}

function appendUntilFull(file: PlanFile): void {
  for (let seq = 1; seq < 100_000; seq += 100) {
    file.appendItems(Array.from({ length: 100 }, (_, index) => anItem({ seq: seq + index })));
  }
}

function auditUntilFull(runFile: RunFile): number {
  let written = 0;
  const event = {
    at: 'now',
    operator: anOperator(),
    event: 'x',
    data: { text: 'y'.repeat(2_000) },
  };
  try {
    for (;;) {
      runFile.appendAudit(event);
      written += 1;
    }
  } catch (error) {
    expect(error).toEqual(FULL);
    return written;
  }
}

describe.skipIf(cannotMount !== undefined)(
  `full disk${cannotMount === undefined ? '' : ` (skipped: ${cannotMount})`}`,
  () => {
    test('ends planning with DISK_FULL and leaves nothing behind', () => {
      const folder = aDisk(512);
      const file = openRunFiles(folder).create(aPlanHeader());

      expect(() => {
        appendUntilFull(file);
        file.finish(aStoredPlan());
      }).toThrow(FULL);

      file.discard();
      expect(readdirSync(folder)).toEqual([]);
    });

    test('does not let a plan begin, and leaves nothing behind', () => {
      const folder = aDisk(256);
      fill(folder);

      expect(() => openRunFiles(folder).create(aPlanHeader())).toThrow(FULL);

      expect(readdirSync(folder)).toEqual(['filler']);
    });

    test('does not finish a plan that it cannot hold', () => {
      const folder = aDisk(512);
      const files = openRunFiles(folder);
      const file = files.create(aPlanHeader());
      file.appendItems(Array.from({ length: 50 }, (_, index) => anItem({ seq: index + 1 })));
      const free = fill(folder);

      expect(() => {
        file.finish(aStoredPlan());
      }).toThrow(FULL);

      file.discard();
      expect(files.list()).toEqual([]);
      free();
      aPlanOnDisk(50, folder);
      expect(readToExecute(files, 50)).toHaveLength(50);
    });

    test('does not begin a run that it cannot journal', () => {
      const { folder, files } = aPlanOnDisk(3, aDisk(512));
      const free = fill(folder);

      expect(() => {
        const runFile = files.open(RUN_ID, 'write');
        onTestFinished(() => {
          runFile.close();
        });
        runFile.beginRun({
          startedAt: 'now',
          startedBy: anOperator(),
          runTime: 'now',
          reason: null,
        });
      }).toThrow(FULL);

      free();
      expect(readToExecute(files, 3)).toHaveLength(3);
    });

    test('keeps every event that was acknowledged, and takes more once there is room', () => {
      const { folder, files } = aPlanOnDisk(3, aDisk(768));
      writeFileSync(join(folder, 'ballast'), Buffer.alloc(150_000));
      const first = files.open(RUN_ID, 'write');
      const written = auditUntilFull(first);
      rmSync(join(folder, 'ballast'));
      first.close();

      const second = files.open(RUN_ID, 'write');
      second.appendAudit({ at: 'later', operator: anOperator(), event: 'run.resumed', data: {} });

      expect(second.auditEvents()).toHaveLength(written + 1);
      expect(second.auditEvents().at(-1)?.event).toBe('run.resumed');
      second.close();
    });

    test('says so when a writer cannot fold its journal back, and loses nothing', () => {
      const { folder, files } = aPlanOnDisk(3, aDisk(768));
      const runFile = files.open(RUN_ID, 'write');
      const written = auditUntilFull(runFile);

      expect(() => {
        runFile.close();
      }).toThrow(FULL);

      const reader = files.open(RUN_ID, 'read');
      expect(reader.auditEvents()).toHaveLength(written);
      reader.close();
      expect(readdirSync(folder)).toContain(`${RUN_ID}.unwind`);
    });
  },
);
