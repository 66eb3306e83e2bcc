import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { SnapshotEntry, SnapshotVerification } from '../../../shared/domain/snapshot.ts';
import type {
  KeyColumns,
  SnapshotCatalogue,
  SnapshotRows,
} from '../../core/ports/snapshot-catalogue.ts';
import { BACKUP_NAME } from './backup-rows.ts';
import { backupEntry, snapshotEntry } from './catalogue-entries.ts';
import { fromSnapshotFile, snapshotNotFound } from './errors.ts';
import { readVerifiedRows } from './read-verified-rows.ts';
import { stageRows } from './staged-rows.ts';
import { verificationMemory } from './verification-memory.ts';

/** Where snapshots and backups of a workspace are. */
export interface CatalogueFolders {
  readonly snapshots: string;
  readonly backups: string;
}

/** The snapshots below one folder, and the backups `migration_backup_*.json` in another. */
export function folderCatalogue(folders: CatalogueFolders): SnapshotCatalogue {
  const memory = verificationMemory(join(folders.snapshots, 'verifications.ndjson'));

  async function list(): Promise<readonly SnapshotEntry[]> {
    const remembered = await memory.newest();
    const snapshots = (await namesIn(folders.snapshots)).filter((name) =>
      existsSync(join(folders.snapshots, name, 'manifest.json')),
    );
    const backups = (await namesIn(folders.backups)).flatMap(
      (name) => BACKUP_NAME.exec(name)?.[1] ?? [],
    );
    const entries = [
      ...(await Promise.all(snapshots.map((id) => snapshotEntry(join(folders.snapshots, id), id)))),
      ...(await Promise.all(
        backups.map((id) => backupEntry(join(folders.backups, `${id}.json`), id)),
      )),
    ];
    return entries
      .map((entry) => ({ ...entry, lastVerification: remembered.get(entry.snapshotId) ?? null }))
      .toSorted(newestFirst);
  }

  async function find(snapshotId: string): Promise<SnapshotEntry> {
    const entry = (await list()).find((one) => one.snapshotId === snapshotId);
    if (entry === undefined) throw snapshotNotFound(snapshotId);
    return entry;
  }

  return {
    list: () => guarded(folders.snapshots, list),
    find: (snapshotId) => guarded(folders.snapshots, () => find(snapshotId)),
    check: (snapshotId) => guarded(folders.snapshots, async () => checked(await find(snapshotId))),
    remember: (snapshotId, verification) =>
      guarded(folders.snapshots, async () => {
        memory.append(snapshotId, verification);
        await Promise.resolve();
      }),
    openRows: (snapshotId, keys) =>
      guarded(folders.snapshots, async () => openRows(await find(snapshotId), keys)),
  };
}

async function guarded<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw fromSnapshotFile(error, path);
  }
}

/** Newest first; what does not say when it was taken comes last. The id tells apart what was taken at one moment. */
function newestFirst(left: SnapshotEntry, right: SnapshotEntry): number {
  const order = (entry: SnapshotEntry): string => `${entry.takenAt ?? ''} ${entry.snapshotId}`;
  return order(left) < order(right) ? 1 : -1;
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

const UNUSABLE: Partial<Record<string, SnapshotVerification['result']>> = {
  SNAPSHOT_INVALID: 'damaged',
  FILE_FAILED: 'unreadable',
};

async function checked(entry: SnapshotEntry): Promise<Omit<SnapshotVerification, 'at'>> {
  const method = entry.kind === 'snapshot' ? 'hashes' : 'read-to-end';
  try {
    const counts = await readVerifiedRows(entry, () => undefined);
    const rows = [...counts].map(([table, count]) => `${table} ${String(count)}`).join(', ');
    return { method, result: 'sound', detail: rows === '' ? 'no row' : rows };
  } catch (error) {
    // Whoever looks for one that can be used is told of one that cannot, for whatever reason, and goes on to the next.
    const result = error instanceof OperatorError ? UNUSABLE[error.code] : undefined;
    if (!(error instanceof OperatorError) || result === undefined) throw error;
    return { method, result, detail: error.message };
  }
}

async function openRows(entry: SnapshotEntry, keys: KeyColumns): Promise<SnapshotRows> {
  const stage = stageRows(keys);
  try {
    const counts = await readVerifiedRows(entry, (table, json) => {
      stage.add(table, json);
    });
    const tables = [...counts].map(([table, rowCount]) => ({ table, rowCount }));
    return { entry: { ...entry, tables }, ...stage.finish() };
  } catch (error) {
    stage.close();
    throw error;
  }
}
