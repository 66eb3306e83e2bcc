import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { SnapshotManifest } from '../../core/ports/snapshot-store.ts';
import { snapshotInvalid, unreadablePart } from './errors.ts';

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

/** Reads the manifest of the snapshot in the folder `path`; no row is looked at. @throws SNAPSHOT_INVALID @throws FILE_FAILED */
export async function readManifest(path: string, snapshotId: string): Promise<SnapshotManifest> {
  const file = join(path, 'manifest.json');
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw unreadablePart(error, { snapshotId, path: file, what: 'its manifest is missing' });
  });
  const manifest = parseManifest(text, snapshotId);
  if (manifest.snapshotId !== snapshotId) {
    throw snapshotInvalid(snapshotId, `its manifest is that of snapshot ${manifest.snapshotId}`);
  }
  return manifest;
}

function parseManifest(text: string, snapshotId: string): SnapshotManifest {
  try {
    return Manifest.parse(JSON.parse(text));
  } catch (error) {
    throw snapshotInvalid(snapshotId, 'its manifest cannot be read', error);
  }
}
