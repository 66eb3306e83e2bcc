import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openRunFiles } from '../../../../src/main/adapters/run-file/run-files.ts';
import { nodeHashes } from '../../../../src/main/adapters/system/node-hashes.ts';
import {
  confirmationPhrase,
  finishPlan,
  makePlanFile,
  type PlanningContext,
  throwIfCancelled,
} from '../../../../src/main/core/plan/planning.ts';
import { checkDigest } from '../../../../src/main/core/run/check-plan.ts';
import { aFolder } from '../../../support/builders/a-folder.ts';
import { aPlanHeader, aStoredPlan, planCounts } from '../../../support/builders/a-plan.ts';
import { anItem } from '../../../support/builders/an-item.ts';

function aContext(folder: string, isCancelled = false): PlanningContext {
  // Planning a file touches no target: the test would fail on the first use of one.
  const partial = {
    runFiles: openRunFiles(folder),
    hashes: nodeHashes,
    isCancelled: () => isCancelled,
  };
  return partial as unknown as PlanningContext;
}

describe('plan in the making', () => {
  test('is finished with a digest that its file can be held to', async () => {
    const folder = aFolder();
    const context = aContext(folder);
    const header = aPlanHeader();

    const { counts, batches, findings, steps } = aStoredPlan();
    await makePlanFile(context, header, async (file) => {
      file.appendItems([anItem({ seq: 1 }), anItem({ seq: 2 })]);
      finishPlan(file, { ...header, counts, batches, findings, steps }, { changing: 2 });
    });

    const runFile = context.runFiles.open(header.runId, 'read');
    const plan = runFile.readPlan();
    checkDigest(runFile, plan, nodeHashes);
    expect(plan).toMatchObject({
      counts: planCounts(),
      confirmationPhrase: 'roll back 2 files on prod',
    });
    runFile.close();
  });

  test('leaves no file when it fails', async () => {
    const folder = aFolder();
    const failure = new Error('the bucket went away');

    const made = makePlanFile(aContext(folder), aPlanHeader(), () => Promise.reject(failure));

    await expect(made).rejects.toBe(failure);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('is given up with CANCELLED', () => {
    expect(() => {
      throwIfCancelled(aContext('/nowhere', true));
    }).toThrow(expect.objectContaining({ code: 'CANCELLED' }));
    throwIfCancelled(aContext('/nowhere'));
  });
});

describe('confirmation phrase', () => {
  test.each([
    ['rollback', 12, 'roll back 12 files on prod'],
    ['undo', 1, 'undo 1 file on prod'],
    ['purge', 0, 'purge 0 objects on prod'],
  ] as const)('of a %s of %i names act, extent and target', (kind, changing, phrase) => {
    expect(confirmationPhrase(kind, changing, 'prod')).toBe(phrase);
  });
});
