// What the sandbox holds, and how it is decided:
//   batches.ts        the eight batches and what became of each file (240 migrated files, 7 users)
//   fates.ts          what each fate means for the record, the object, the original and the file row
//   sandbox-cases.ts  the first record of each fate, for tests to name
//   stray-files.ts    files and objects that no migration made: 6 files without a record, 4 objects without a row
//   names.ts          names that break careless code · file-size.ts sizes from 0 bytes to 3 MB, 16 MB in all
// Rows carry times of November 2024; the bucket itself stamps its objects with the moment the sandbox was created.
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { SEED_BATCHES, type SeedBatch } from './batches.ts';
import { FATES, type Fate, type FateName } from './fates.ts';
import { fileContent } from './file-content.ts';
import { fileSizeBytes } from './file-size.ts';
import { contentTypeOf, nameFor } from './names.ts';
import { fileIdOf, recordIdOf } from './sandbox-cases.ts';
import { seedId } from './seed-id.ts';
import { batchRowOf, rowsOf } from './seed-rows.ts';
import type { MigratedSet, SeedFile, SeedObject, SeedOriginal } from './seed-set.ts';
import { secondsAfter } from './sql-time.ts';
import { strayFiles } from './stray-files.ts';

/** The people whose files are migrated. */
const SEED_USERS = [
  'amelia.hart',
  'björn.lindqvist',
  'chen.wei',
  'dolores.ibarra',
  'emeka.obi',
  'fatima.zahra',
  'gustav+billing',
] as const;

const SECONDS_PER_FILE = 4;
const CLIMBING_PATH = '../../etc/passwd';

/** Decides all that the sandbox of a seed holds. Pure: the same seed gives the same rows and bytes. */
export function planMigratedSet(seed: number): MigratedSet {
  const random = xoroshiro128plus(seed);
  const byFate = new Map<FateName, SeedFile>();
  const files: SeedFile[] = [];

  for (const batch of SEED_BATCHES) {
    const fates = batch.fates.flatMap(([name, count]) => Array.from({ length: count }, () => name));
    for (const [index, fateName] of fates.entries()) {
      const file = fileOf({
        seed,
        batch,
        index,
        fateName,
        random,
        original: byFate.get('shared-object'),
      });
      if (!byFate.has(fateName)) byFate.set(fateName, file);
      files.push(file);
    }
  }

  const strays = strayFiles(seed);
  const rows = files.map(rowsOf);
  return {
    batches: SEED_BATCHES.map((batch) => batchRowOf(batch, files)),
    records: rows.map(({ record }) => record),
    files: [...rows.map(({ file }) => file), ...strays.files],
    objects: [...files.flatMap((file) => objectsOf(seed, file)), ...strays.objects],
    originals: files.flatMap((file) => originalsOf(seed, file)),
  };
}

interface FilePlan {
  readonly seed: number;
  readonly batch: SeedBatch;
  readonly index: number;
  readonly fateName: FateName;
  readonly random: ReturnType<typeof xoroshiro128plus>;
  /** The file whose object is shared; known once its batch was planned. */
  readonly original: SeedFile | undefined;
}

function fileOf({ seed, batch, index, fateName, random, original }: FilePlan): SeedFile {
  const fate = FATES[fateName];
  const place = `${batch.batchId}/${String(index)}`;
  const { filename, sourceName } = nameFor(batch.theme, index, random);
  const userId = SEED_USERS[uniformInt(random, 0, SEED_USERS.length - 1)] ?? SEED_USERS[0];
  const sizeBytes = fileSizeBytes(place, index, random);
  const shared = fate.object === 'of-another' ? original : undefined;
  const content = shared?.content ?? fileContent({ seed, label: place, filename, sizeBytes });
  const folder = `uploads/${batch.startedAt.slice(0, 7).replace('-', '/')}/${userId}`;
  const startedAt = secondsAfter(batch.startedAt, 60 + index * SECONDS_PER_FILE);

  return {
    batch,
    fate,
    recordId: recordIdOf(batch.batchId, index),
    fileId: fileIdOf(batch.batchId, index),
    userId,
    filename,
    sourcePath:
      fate.original === 'outside'
        ? CLIMBING_PATH
        : `${batch.sourcePaths === 'leading-slash' ? '/' : ''}${folder}/${sourceName}`,
    key: shared?.key ?? keyOf(userId, place, filename),
    content,
    uploaded: uploadedOf(fate, content),
    replacement:
      fate.fileRow === 'elsewhere'
        ? {
            key: keyOf(userId, `${place} replacement`, filename),
            content: fileContent({
              seed,
              label: `${place} replacement`,
              filename,
              sizeBytes: sizeBytes + 512,
            }),
            contentType: contentTypeOf(filename),
            userId,
            batchId: null,
          }
        : undefined,
    createdAt: batch.startedAt,
    startedAt,
    completedAt: secondsAfter(startedAt, uniformInt(random, 1, SECONDS_PER_FILE - 1)),
  };
}

function keyOf(userId: string, place: string, filename: string): string {
  return `files/${userId}/${seedId('object', place)}/${filename}`;
}

function uploadedOf(fate: Fate, content: Buffer): Buffer {
  if (fate.object === 'corrupt') return withFlippedByte(content);
  if (fate.object === 'truncated') return content.subarray(0, Math.floor(content.length / 2));
  return content;
}

function withFlippedByte(content: Buffer): Buffer {
  const changed = Buffer.from(content);
  const middle = Math.floor(changed.length / 2);
  changed[middle] = (changed[middle] ?? 0) ^ 0xff;
  return changed;
}

/** The objects that the bucket holds for a file now. */
function objectsOf(seed: number, file: SeedFile): readonly SeedObject[] {
  const stored = storedContent(seed, file);
  const object: SeedObject | undefined =
    stored === undefined
      ? undefined
      : {
          key: file.key,
          content: stored,
          contentType: contentTypeOf(file.filename),
          userId: file.userId,
          batchId: file.batch.batchId,
        };
  return [object, file.replacement].filter((found) => found !== undefined);
}

function storedContent(seed: number, file: SeedFile): Buffer | undefined {
  const { content, filename, uploaded } = file;
  const newer = { seed, label: `${file.recordId} newer`, filename };
  switch (file.fate.object) {
    case 'none':
    case 'of-another':
      return undefined;
    case 'newer':
      return fileContent({ ...newer, sizeBytes: content.length + 1_024 });
    case 'newer-same-size':
      return fileContent({ ...newer, sizeBytes: content.length });
    case 'migrated':
    case 'corrupt':
    case 'truncated':
      return uploaded;
  }
}

function originalsOf(seed: number, file: SeedFile): readonly SeedOriginal[] {
  const { fate, filename } = file;
  if (fate.original === 'none' || fate.original === 'outside') return [];
  const changed = fate.original === 'changed';
  const label = `${file.recordId} changed`;
  return [
    {
      path: file.sourcePath.replace(/^\//, ''),
      content: changed
        ? fileContent({ seed, label, filename, sizeBytes: file.content.length })
        : file.content,
      modifiedAt: new Date(
        `${secondsAfter(file.startedAt, changed ? 86_400 : -86_400).replace(' ', 'T')}Z`,
      ),
    },
  ];
}
