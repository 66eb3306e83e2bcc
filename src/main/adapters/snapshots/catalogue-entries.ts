import { stat } from 'node:fs/promises';
import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { SnapshotEntry } from '../../../shared/domain/snapshot.ts';
import type { SnapshotManifest } from '../../core/ports/snapshot-store.ts';
import { momentInName, readBackupRunId } from './backup-rows.ts';
import { readManifest } from './manifest.ts';

/** A snapshot's folder as one line of the catalogue; a manifest that cannot be read is its problem. */
export async function snapshotEntry(path: string, snapshotId: string): Promise<SnapshotEntry> {
  const unread: SnapshotEntry = {
    snapshotId,
    kind: 'snapshot',
    runId: null,
    targetName: null,
    targetFingerprint: null,
    takenAt: (await stat(path)).mtime.toISOString(),
    tables: [],
    sizeBytes: 0,
    location: path,
    lastVerification: null,
    problem: null,
  };
  try {
    const manifest = await readManifest(path, snapshotId);
    return { ...unread, ...listed(manifest) };
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return { ...unread, problem: error.message };
  }
}

function listed(manifest: SnapshotManifest): Partial<SnapshotEntry> {
  return {
    runId: manifest.runId,
    targetName: manifest.target,
    targetFingerprint: manifest.targetFingerprint,
    takenAt: manifest.takenAt,
    tables: manifest.tables.map(({ table, rowCount }) => ({ table, rowCount })),
    sizeBytes: manifest.tables.reduce((sum, table) => sum + table.storedSizeBytes, 0),
  };
}

/** A backup as one line of the catalogue, before a row of it was read. */
export async function backupEntry(path: string, snapshotId: string): Promise<SnapshotEntry> {
  return {
    snapshotId,
    kind: 'backup',
    runId: await readBackupRunId(path),
    targetName: null,
    targetFingerprint: null,
    takenAt: momentInName(`${snapshotId}.json`),
    tables: (['migration_batches', 'file_migrations', 'files'] as const).map((table) => ({
      table,
      rowCount: null,
    })),
    sizeBytes: (await stat(path)).size,
    location: path,
    lastVerification: null,
    problem: null,
  };
}
