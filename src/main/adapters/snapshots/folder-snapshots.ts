import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
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
import { fromSnapshotFile, snapshotInvalid } from './errors.ts';
import { createTableWriter, readTableContent, type TableWriter } from './table-file.ts';

const Manifest = z.strictObject({
  format: z.literal('unwind-snapshot'),
  version: z.literal(1),
  snapshotId: z.string(),
  runId: z.string(),
  takenAt: z.string(),
  target: z.string(),
  targetFingerprint: z.string(),
  tables: z.array(
    z.strictObject({
      table: z.enum(['file_migrations', 'files', 'migration_batches']),
      file: z.string().regex(/^[a-z_]+\.ndjson\.zst$/),
      rowCount: z.number().int().min(0),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      plainSizeBytes: z.number().int().min(0),
      storedSizeBytes: z.number().int().min(0),
    }),
  ),
});

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
      await rm(path, { recursive: true, force: true });
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

async function verifyTable(
  snapshot: { readonly path: string; readonly snapshotId: string },
  table: SnapshotTable,
): Promise<void> {
  const file = join(snapshot.path, table.file);
  const { size } = await stat(file).catch((error: unknown) => {
    throw snapshotInvalid(snapshot.snapshotId, `${table.file} is missing`, error);
  });
  if (size !== table.storedSizeBytes) {
    throw snapshotInvalid(
      snapshot.snapshotId,
      `${table.file} has ${String(size)} bytes, the manifest says ${String(table.storedSizeBytes)}`,
    );
  }
  const content = await readTableContent(file).catch((error: unknown) => {
    throw snapshotInvalid(snapshot.snapshotId, `${table.file} cannot be read to its end`, error);
  });
  if (content.sha256 !== table.sha256 || content.rowCount !== table.rowCount) {
    throw snapshotInvalid(
      snapshot.snapshotId,
      `${table.file} holds ${String(content.rowCount)} rows with SHA-256 ${content.sha256}, the manifest says ${String(table.rowCount)} with ${table.sha256}`,
    );
  }
}

async function verifySnapshot(path: string, snapshotId: string): Promise<SnapshotManifest> {
  const text = await readFile(join(path, 'manifest.json'), 'utf8').catch((error: unknown) => {
    throw snapshotInvalid(snapshotId, 'its manifest is missing', error);
  });
  const manifest = parseManifest(text, snapshotId);
  if (manifest.snapshotId !== snapshotId) {
    throw snapshotInvalid(snapshotId, `its manifest is that of snapshot ${manifest.snapshotId}`);
  }
  await allSettled(manifest.tables, (table) => verifyTable({ path, snapshotId }, table));
  return manifest;
}

function parseManifest(text: string, snapshotId: string): SnapshotManifest {
  try {
    return Manifest.parse(JSON.parse(text));
  } catch (error) {
    throw snapshotInvalid(snapshotId, 'its manifest cannot be read', error);
  }
}
