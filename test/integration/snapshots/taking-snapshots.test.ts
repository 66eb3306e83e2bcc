import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { rowLinesOf } from '../../../src/main/adapters/content/row-lines.ts';
import { folderSnapshots } from '../../../src/main/adapters/snapshots/folder-snapshots.ts';
import type { SnapshotWriter } from '../../../src/main/core/ports/snapshot-store.ts';
import { aFolder } from '../../support/builders/a-folder.ts';
import { RUN_ID } from '../../support/builders/a-plan.ts';
import { aSmallDisk, whyNoSmallDisk } from '../../support/disk/a-small-disk.ts';

const ID = '01K1SNAPSHTAAAAAAAAAAAAAAA';

function begin(folder: string): Promise<SnapshotWriter> {
  return folderSnapshots(folder).begin({
    snapshotId: ID,
    runId: RUN_ID,
    takenAt: 'now',
    target: 'prod',
    targetFingerprint: 'cd'.repeat(32),
  });
}

/** Rows that do not get smaller by compression. */
async function appendMebibytes(writer: SnapshotWriter, count: number): Promise<void> {
  for (let index = 0; index < count * 4; index += 1) {
    await writer.append(
      'files',
      rowLinesOf([{ id: String(index), noise: randomBytes(196_608).toString('base64') }]),
    );
  }
}

describe('snapshot', () => {
  test('is refused when reading it back gives something else than was written', async () => {
    const folder = aFolder();
    const writer = await begin(folder);
    await writer.append('files', rowLinesOf([{ id: 'f-1' }]));
    const path = join(folder, ID, 'files.ndjson.zst');
    await vi.waitUntil(() => existsSync(path));

    rmSync(path);
    writeFileSync(path, zstdCompressSync('{"id":"f-2"}\n'));

    await expect(writer.finish()).rejects.toMatchObject({ code: 'SNAPSHOT_INVALID' });
    expect(readdirSync(join(folder, ID))).toEqual(['files.ndjson.zst']);
    await writer.abandon();
  });

  test('cannot be begun where a file is in the way', async () => {
    const folder = join(aFolder(), 'snapshots');
    writeFileSync(folder, '');

    await expect(begin(folder)).rejects.toMatchObject({ code: 'FILE_FAILED' });
  });
});

const cannotMount = whyNoSmallDisk();

describe.skipIf(cannotMount !== undefined)(
  `snapshot on a full disk${cannotMount === undefined ? '' : ` (skipped: ${cannotMount})`}`,
  () => {
    function aDisk(): string {
      const disk = aSmallDisk(1_024);
      onTestFinished(() => {
        disk.unmount();
      });
      return disk.path;
    }

    test('fails with DISK_FULL, has no manifest, and leaves nothing once it is given up', async () => {
      const folder = aDisk();
      const writer = await begin(folder);

      const taken = appendMebibytes(writer, 3).then(() => writer.finish());

      await expect(taken).rejects.toMatchObject({ code: 'DISK_FULL' });
      expect(readdirSync(join(folder, ID))).toEqual(['files.ndjson.zst']);
      await writer.abandon();
      expect(readdirSync(folder)).toEqual([]);
    });

    test('does not wait for ever when the disk fills up while rows wait to be written', async () => {
      const writer = await begin(aDisk());
      const noise = randomBytes(6_000_000).toString('base64');

      const taken = writer
        .append('files', rowLinesOf([{ id: '1', noise }]))
        .then(() => writer.finish());

      await expect(taken).rejects.toMatchObject({ code: 'DISK_FULL' });
      await writer.abandon();
    });
  },
);
