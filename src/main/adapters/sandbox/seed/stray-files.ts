import { fileContent, sha256 } from './file-content.ts';
import { contentTypeOf } from './names.ts';
import { seedId } from './seed-id.ts';
import type { SeedObject, SeedRow } from './seed-set.ts';

/** Files that were uploaded straight into the bucket after the move, and two that were never stored anywhere. */
const UNMIGRATED = [
  { filename: 'Welcome pack.pdf', userId: 'amelia.hart', stored: true },
  { filename: 'direct upload.csv', userId: 'chen.wei', stored: true },
  { filename: 'Ångström – notes.txt', userId: 'emeka.obi', stored: true },
  { filename: 'mobile scan.png', userId: 'fatima.zahra', stored: true },
  { filename: 'never uploaded.txt', userId: 'dolores.ibarra', stored: false },
  { filename: 'cancelled upload.zip', userId: 'chen.wei', stored: false },
] as const;

/** Keys of objects that no row knows. */
const ORPHAN_KEYS = [
  'exports/2024-11-25/all customers.csv',
  'files/amelia.hart/upload-4711.part',
  'files/chen.wei/00000000-0000-4000-8000-000000000000/left over.json',
  'healthcheck.txt',
] as const;

/** What is in the sandbox without any migration: a rollback must leave all of it alone. */
export function strayFiles(seed: number): {
  readonly files: readonly SeedRow[];
  readonly objects: readonly SeedObject[];
} {
  const unmigrated = UNMIGRATED.map(({ filename, userId, stored }, index) => {
    const key = `files/${userId}/${seedId('object', `unmigrated/${String(index)}`)}/${filename}`;
    const content = fileContent({ seed, label: key, filename, sizeBytes: 2_000 + index * 700 });
    const time = `2024-11-26 09:${String(10 + index)}:00`;
    const row: SeedRow = {
      id: seedId('file', `unmigrated/${String(index)}`),
      filename,
      user_id: userId,
      r2_key: stored ? key : null,
      checksum: stored ? sha256(content) : null,
      created_at: time,
      updated_at: time,
    };
    const object: SeedObject = {
      key,
      content,
      contentType: contentTypeOf(filename),
      userId,
      batchId: null,
    };
    return { row, object, stored };
  });
  const orphans = ORPHAN_KEYS.map((key, index): SeedObject => {
    const content = fileContent({ seed, label: key, filename: key, sizeBytes: 300 + index * 900 });
    return { key, content, contentType: contentTypeOf(key), userId: null, batchId: null };
  });
  return {
    files: unmigrated.map(({ row }) => row),
    objects: [...unmigrated.filter(({ stored }) => stored).map(({ object }) => object), ...orphans],
  };
}
