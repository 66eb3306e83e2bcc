import fc from 'fast-check';
import {
  type ClassifyOptions,
  evidenceNeeded,
  type FileFacts,
  objectKeyOf,
} from '../../../src/main/core/plan/classify-file.ts';
import type { OriginalFacts } from '../../../src/main/core/ports/originals.ts';
import { hashOf } from './a-hash.ts';
import { aFileRow, anObject, aRecord } from './a-record.ts';

/** Facts about one file and what is asked for: as `gatherFacts` may find them, healthy or not. */
export interface AnyFile {
  readonly facts: FileFacts;
  readonly options: ClassifyOptions;
}

/** Mostly the same, so that whole healthy files turn up among the odd ones. */
function mostly<T>(usual: T, ...others: readonly T[]): fc.Arbitrary<T> {
  const odd = others.map((value) => ({ weight: 1, arbitrary: fc.constant(value) }));
  return fc.oneof({ weight: 3 * others.length, arbitrary: fc.constant(usual) }, ...odd);
}

const content = mostly('one', 'two', 'three!', '');
const key = mostly<string | null>('k/1', 'k/2', '', null);
const checksum = fc.oneof(
  { weight: 4, arbitrary: content.map((text) => hashOf(text).sha256) },
  content.map((text) => `MD5:${hashOf(text).md5.toUpperCase()}`),
  fc.constantFrom(null, '', 'crc32:12345678'),
);
const status = mostly<string | null>(
  'completed',
  'pending',
  'processing',
  'verified',
  'failed',
  'rolled_back',
  'odd',
  null,
);

const original: fc.Arbitrary<OriginalFacts> = fc.oneof(
  {
    weight: 8,
    arbitrary: content.map((text): OriginalFacts => {
      const hash = hashOf(text);
      return { state: 'present', location: '/o/a', sizeBytes: hash.sizeBytes, hash };
    }),
  },
  fc.constantFrom<OriginalFacts>(
    { state: 'present', location: '/o/a', sizeBytes: 3, hash: null },
    { state: 'missing', location: '/o/a' },
    { state: 'escapes', detail: 'climbs out' },
    { state: 'unknown', detail: 'not readable' },
  ),
);

const record = fc
  .record({
    status,
    targetKey: key,
    r2Key: key,
    hasFile: mostly(true, false),
    originalChecksum: checksum,
    migratedChecksum: checksum,
    fileSizeBytes: mostly<number | null>(3, null, 6, 0),
  })
  .map(({ hasFile, r2Key, ...cells }) =>
    aRecord({
      ...cells,
      fileId: hasFile ? 'f-1' : null,
      file: hasFile ? aFileRow({ r2Key }) : null,
    }),
  );

/** What the bucket holds under the key, if anything; read to its end or not. */
const stored = fc.record({
  content,
  isThere: mostly(true, false),
  isMultipart: fc.boolean(),
  isRead: fc.boolean(),
});

const options: fc.Arbitrary<ClassifyOptions> = fc.record({
  mode: mostly<ClassifyOptions['mode']>('both', 'database-only', 'r2-only'),
  acceptances: mostly<ClassifyOptions['acceptances']>(
    [],
    [{ code: 'unknown-originals', reason: 'agreed with the owner' }],
  ),
  quarantinePrefix: fc.constant('.unwind-quarantine/run/'),
});

function objectOf(drawn: {
  readonly key: string;
  readonly content: string;
  readonly isThere: boolean;
  readonly isMultipart: boolean;
  readonly isRead: boolean;
}): Pick<FileFacts, 'object' | 'objectHash'> {
  if (!drawn.isThere) return { object: 'absent', objectHash: null };
  const hash = hashOf(drawn.content);
  const etag = drawn.isMultipart ? `${hash.md5}-2` : hash.md5;
  return {
    object: anObject({ key: drawn.key, etag }, drawn.content),
    objectHash: drawn.isRead ? hash : null,
  };
}

/** Any file, in every combination that the bucket, the originals and the rows can be in. */
export const anyFile: fc.Arbitrary<AnyFile> = fc
  .record({ record, original, stored, options })
  .map((drawn) => {
    const needed = evidenceNeeded(drawn.record, drawn.options.mode);
    const objectKey = objectKeyOf(drawn.record);
    const seen =
      needed.object === 'needed' && objectKey !== null
        ? objectOf({ ...drawn.stored, key: objectKey })
        : { object: null, objectHash: null };
    return {
      facts: {
        record: drawn.record,
        original: needed.original === 'needed' ? drawn.original : null,
        ...seen,
      },
      options: drawn.options,
    };
  });
