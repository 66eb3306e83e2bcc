import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { invariant } from '../../../shared/domain/operator-error.ts';
import { type CrashAt, NO_CRASH } from '../../core/ports/crash-points.ts';
import type { TrackedTable } from '../../core/ports/migration-database.ts';
import type {
  SnapshotManifest,
  SnapshotStore,
  SnapshotTable,
  SnapshotWriter,
} from '../../core/ports/snapshot-store.ts';
import { makeFolder } from '../system/make-folder.ts';
import { syncFolder } from '../system/sync-path.ts';
import { writeAtomically } from '../system/write-atomically.ts';
import { fromSnapshotFile } from './errors.ts';
import { readManifest } from './manifest.ts';
import { createTableWriter, type TableWriter } from './table-file.ts';
import { verifyTable } from './verify-table.ts';

/** Snapshots below `folder`: `<snapshot id>/manifest.json` and `<table>.ndjson.zst`. */
export function folderSnapshots(folder: string, crashAt: CrashAt = NO_CRASH): SnapshotStore {
  return {
    begin: async (request) => {
      const path = join(folder, request.snapshotId);
      try {
        makeFolder(path);
      } catch (error) {
        throw fromSnapshotFile(error, path);
      }
      return snapshotWriter(path, request, crashAt);
    },
    verify: (snapshotId) => verifySnapshot(join(folder, snapshotId), snapshotId),
  };
}

function snapshotWriter(
  path: string,
  request: Parameters<SnapshotStore['begin']>[0],
  crashAt: CrashAt,
): SnapshotWriter {
  const begun = new Set<TrackedTable>();
  const ended: Promise<SnapshotTable>[] = [];
  let current: { readonly table: TrackedTable; readonly writer: TableWriter } | undefined;

  function writerOf(table: TrackedTable): TableWriter {
    if (current?.table === table) return current.writer;
    invariant(
      !begun.has(table),
      `Rows of ${table} came after the snapshot's part of it had ended.`,
    );
    begun.add(table);
    endCurrent();
    current = {
      table,
      writer: createTableWriter(table, join(path, `${table}.ndjson.zst`), crashAt),
    };
    return current.writer;
  }

  function endCurrent(): void {
    if (current === undefined) return;
    const table = finishTable(current.writer);
    // Its failure is reported by `finish`; without this line Node would end the process first.
    table.catch(() => undefined);
    ended.push(table);
    current = undefined;
  }

  async function finishTable(writer: TableWriter): Promise<SnapshotTable> {
    const table = await writer.finish();
    await verifyTable({ path, snapshotId: request.snapshotId }, table);
    return table;
  }

  return {
    snapshotId: request.snapshotId,
    append: async (table, lines) => {
      try {
        await writerOf(table).append(lines);
      } catch (error) {
        throw fromSnapshotFile(error, path);
      }
    },
    finish: async () => {
      try {
        endCurrent();
        const tables = await allSettled(ended, (table) => table);
        crashAt('snapshot.after-read-back');
        const manifest: SnapshotManifest = {
          format: 'unwind-snapshot',
          version: 1,
          ...request,
          tables,
        };
        await writeAtomically(
          join(path, 'manifest.json'),
          `${JSON.stringify(manifest, null, 2)}\n`,
          {
            at: (event) => {
              crashAt(`manifest.${event}`);
            },
          },
        );
        syncFolder(join(path, '..'));
        return manifest;
      } catch (error) {
        throw fromSnapshotFile(error, path);
      }
    },
    abandon: async () => {
      await current?.writer.abandon();
      await Promise.allSettled(ended);
      // What made it be given up speaks. A folder that stays has no run that names it: nobody trusts it.
      await rm(path, { recursive: true, force: true }).catch(() => undefined);
    },
  };
}

/** All at the same time. Fails only when none is under way any more: the folder may be removed then. */
async function allSettled<T, R>(
  subjects: readonly T[],
  work: (subject: T) => Promise<R>,
): Promise<readonly R[]> {
  const settled = await Promise.allSettled(subjects.map(work));
  return settled.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
}

async function verifySnapshot(path: string, snapshotId: string): Promise<SnapshotManifest> {
  const manifest = await readManifest(path, snapshotId);
  await allSettled(manifest.tables, (table) => verifyTable({ path, snapshotId }, table));
  return manifest;
}
