import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SnapshotTable } from '../../core/ports/snapshot-store.ts';
import { snapshotInvalid, unreadablePart } from './errors.ts';
import { readTableContent } from './table-file.ts';

/**
 * Reads a table of a snapshot to its last byte and compares it with the manifest. `onPlain` gets the rows on the way; they are proved when
 * this returns, and not before.
 * @throws SNAPSHOT_INVALID naming what differs. @throws FILE_FAILED where the system does not let it be read.
 */
export async function verifyTable(
  snapshot: { readonly path: string; readonly snapshotId: string },
  table: SnapshotTable,
  onPlain?: (bytes: Buffer) => void,
): Promise<void> {
  const file = join(snapshot.path, table.file);
  const part = { snapshotId: snapshot.snapshotId, path: file };
  const { size } = await stat(file).catch((error: unknown) => {
    throw unreadablePart(error, { ...part, what: `${table.file} is missing` });
  });
  if (size !== table.storedSizeBytes) {
    throw snapshotInvalid(
      snapshot.snapshotId,
      `${table.file} has ${String(size)} bytes, the manifest says ${String(table.storedSizeBytes)}`,
    );
  }
  const content = await readTableContent(file, onPlain).catch((error: unknown) => {
    throw unreadablePart(error, { ...part, what: `${table.file} cannot be read to its end` });
  });
  if (content.sha256 !== table.sha256 || content.rowCount !== table.rowCount) {
    throw snapshotInvalid(
      snapshot.snapshotId,
      `${table.file} holds ${String(content.rowCount)} rows with SHA-256 ${content.sha256}, the manifest says ${String(table.rowCount)} with ${table.sha256}`,
    );
  }
}
