import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { SnapshotEntry } from '../../../shared/domain/snapshot.ts';
import type { TrackedTable } from '../../core/ports/migration-database.ts';
import { readBackupRows } from './backup-rows.ts';
import { snapshotInvalid } from './errors.ts';
import { parseFullRow } from './full-row-json.ts';
import { splitLines } from './line-splitter.ts';
import { readManifest } from './manifest.ts';
import { verifyTable } from './verify-table.ts';

type OnRow = (table: TrackedTable, json: string) => void;

/**
 * Reads every row of a snapshot or a backup and verifies all of it on the way; gives the number of rows of each table. What `onRow` was
 * given counts only once this has returned.
 * @throws SNAPSHOT_INVALID naming what differs.
 */
export async function readVerifiedRows(
  entry: Pick<SnapshotEntry, 'kind' | 'location' | 'snapshotId'>,
  onRow: OnRow,
): Promise<ReadonlyMap<TrackedTable, number>> {
  const counts = new Map<TrackedTable, number>();
  const counted: OnRow = (table, json) => {
    counts.set(table, (counts.get(table) ?? 0) + 1);
    onRow(table, json);
  };
  if (entry.kind === 'snapshot') await readSnapshot(entry, counted);
  else await readBackup(entry, counted);
  return counts;
}

async function readSnapshot(
  { location, snapshotId }: Pick<SnapshotEntry, 'location' | 'snapshotId'>,
  onRow: OnRow,
): Promise<void> {
  const snapshot = { path: location, snapshotId };
  for (const table of (await readManifest(location, snapshotId)).tables) {
    const onPlain = splitLines((json) => {
      onRow(table.table, json);
    });
    await verifyTable(snapshot, table, onPlain);
  }
}

async function readBackup(
  { location, snapshotId }: Pick<SnapshotEntry, 'location' | 'snapshotId'>,
  onRow: OnRow,
): Promise<void> {
  let rowCount = 0;
  try {
    await readBackupRows(location, (table, json) => {
      parseFullRow(json);
      rowCount += 1;
      onRow(table, json);
    });
  } catch (error) {
    if (error instanceof OperatorError) throw error;
    const why = error instanceof Error ? error.message : 'it cannot be read';
    throw snapshotInvalid(snapshotId, `${location} is no whole backup: ${why}`, error);
  }
  if (rowCount === 0) throw snapshotInvalid(snapshotId, `${location} holds no row`);
}
