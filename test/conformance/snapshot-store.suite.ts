import { beforeEach, describe, expect, test } from 'vitest';
import { rowLinesOf } from '../../src/main/adapters/content/row-lines.ts';
import type { FullRow, TrackedTable } from '../../src/main/core/ports/migration-database.ts';
import type { SnapshotStore, SnapshotWriter } from '../../src/main/core/ports/snapshot-store.ts';
import { hashOf } from '../support/builders/a-hash.ts';
import { RUN_ID } from '../support/builders/a-plan.ts';

/** An empty store, and eyes that read a snapshot without the port. */
export interface FreshSnapshots {
  readonly store: SnapshotStore;
  /** Rows of a table as they are stored. */
  readRows(snapshotId: string, table: TrackedTable): readonly FullRow[];
  /** Names of everything in the store. */
  entries(): readonly string[];
}

const request = {
  snapshotId: '01K1SNAPSHTAAAAAAAAAAAAAAA',
  runId: RUN_ID,
  takenAt: '2026-08-01T12:00:00.000Z',
  target: 'prod',
  targetFingerprint: 'cd'.repeat(32),
};

const rows: readonly FullRow[] = [
  { id: 'f-1', filename: 'a "b" \\ \n ä \u{1F600}', r2_key: null, checksum: '' },
  { id: 'f-2', filename: '2.txt', r2_key: 'files/2', checksum: 'c0ffee' },
];

function plainOf(some: readonly FullRow[]): string {
  return some.map((row) => `${JSON.stringify(row)}\n`).join('');
}

/** What every implementation of `SnapshotStore` promises. `create` makes an empty store per test. */
export function describeSnapshotStore(name: string, create: () => FreshSnapshots): void {
  describe(`snapshot store in ${name}`, () => {
    let fresh: FreshSnapshots;
    beforeEach(() => {
      fresh = create();
    });

    async function taken(
      fill: (writer: SnapshotWriter) => Promise<void>,
    ): ReturnType<SnapshotWriter['finish']> {
      const writer = await fresh.store.begin(request);
      await fill(writer);
      return writer.finish();
    }

    test('keeps rows as they are, table by table, in whatever order the tables come', async () => {
      await taken(async (writer) => {
        await writer.append('files', rowLinesOf(rows.slice(0, 1)));
        await writer.append('files', rowLinesOf(rows.slice(1)));
        await writer.append('migration_batches', rowLinesOf([{ batch_id: 'b-1' }]));
      });

      expect(fresh.readRows(request.snapshotId, 'files')).toEqual(rows);
      expect(fresh.readRows(request.snapshotId, 'migration_batches')).toEqual([
        { batch_id: 'b-1' },
      ]);
    });

    test('takes no more rows of a table once the next has begun', async () => {
      const writer = await fresh.store.begin(request);
      await writer.append('files', rowLinesOf(rows));
      await writer.append('migration_batches', rowLinesOf([{ batch_id: 'b-1' }]));

      await expect(writer.append('files', rowLinesOf(rows))).rejects.toMatchObject({
        code: 'INTERNAL',
      });
      await writer.abandon();
      expect(fresh.entries()).toEqual([]);
    });

    test('says in its manifest where it came from and what it holds', async () => {
      const manifest = await taken((writer) => writer.append('files', rowLinesOf(rows)));

      const plain = hashOf(plainOf(rows));
      expect(manifest).toEqual({
        format: 'unwind-snapshot',
        version: 1,
        ...request,
        tables: [
          {
            table: 'files',
            file: 'files.ndjson.zst',
            rowCount: 2,
            sha256: plain.sha256,
            plainSizeBytes: plain.sizeBytes,
            storedSizeBytes: expect.any(Number) as number,
          },
        ],
      });
    });

    test('verifies to the same manifest', async () => {
      const manifest = await taken((writer) => writer.append('files', rowLinesOf(rows)));

      expect(await fresh.store.verify(request.snapshotId)).toEqual(manifest);
    });

    test('may hold no row at all', async () => {
      const manifest = await taken(async (writer) => {
        await writer.append('files', rowLinesOf([]));
      });

      expect(await fresh.store.verify(request.snapshotId)).toEqual(manifest);
      expect(manifest.tables.reduce((sum, table) => sum + table.rowCount, 0)).toBe(0);
    });

    test('takes rows far larger than its buffers', async () => {
      const large = Array.from({ length: 40 }, (_, index) => ({
        id: String(index),
        text: `${String(index)}-`.repeat(100_000),
      }));

      const manifest = await taken(async (writer) => {
        for (const row of large) await writer.append('files', rowLinesOf([row]));
      });

      expect(manifest.tables[0]).toMatchObject({
        rowCount: 40,
        sha256: hashOf(plainOf(large)).sha256,
      });
      expect(await fresh.store.verify(request.snapshotId)).toEqual(manifest);
    });

    test('leaves nothing of a snapshot that is given up', async () => {
      const writer = await fresh.store.begin(request);
      await writer.append('files', rowLinesOf(rows));

      await writer.abandon();

      expect(fresh.entries()).toEqual([]);
      await expect(fresh.store.verify(request.snapshotId)).rejects.toMatchObject({
        code: 'SNAPSHOT_INVALID',
      });
    });

    test('may be given up before the first row', async () => {
      const writer = await fresh.store.begin(request);

      await writer.abandon();

      expect(fresh.entries()).toEqual([]);
    });

    test('does not exist before it is finished', async () => {
      const writer = await fresh.store.begin(request);
      await writer.append('files', rowLinesOf(rows));

      await expect(fresh.store.verify(request.snapshotId)).rejects.toMatchObject({
        code: 'SNAPSHOT_INVALID',
      });
      await writer.abandon();
    });

    test('keeps snapshots apart', async () => {
      const other = '01K1SNAPSHTBBBBBBBBBBBBBBB';
      await taken((writer) => writer.append('files', rowLinesOf(rows)));
      const writer = await fresh.store.begin({ ...request, snapshotId: other });
      await writer.append('files', rowLinesOf(rows.slice(1)));
      await writer.finish();

      expect(fresh.readRows(request.snapshotId, 'files')).toEqual(rows);
      expect(fresh.readRows(other, 'files')).toEqual(rows.slice(1));
    });

    test('names a snapshot that does not exist', async () => {
      await expect(fresh.store.verify('01K1NNNNNNNNNNNNNNNNNNNNNN')).rejects.toMatchObject({
        code: 'SNAPSHOT_INVALID',
        message: expect.stringMatching(/01K1NNN.*manifest is missing/) as string,
      });
    });
  });
}
