import { describe, expect, test } from 'vitest';
import { classifyFile, type FileFacts } from '../../../../src/main/core/plan/classify-file.ts';
import type { StoredItem } from '../../../../src/main/core/ports/run-file.ts';
import type { ScopeMode } from '../../../../src/shared/domain/scope.ts';
import { hashOf } from '../../../support/builders/a-hash.ts';
import {
  aFileRow,
  anObject,
  anOriginal,
  aRecord,
  CONTENT,
  someFacts,
} from '../../../support/builders/a-record.ts';

function classify(facts: Partial<FileFacts>, mode: ScopeMode = 'both'): StoredItem {
  return classifyFile(someFacts(facts), 1, { mode, acceptances: [], quarantinePrefix: 'q/' });
}

const overwritten = anObject(
  { lastModified: '2025-01-01T00:00:00.000Z' },
  'newer content, other size',
);
const sameSize = CONTENT.replace('migrated', 'mIgRaTeD');
const multipart = anObject({ etag: `${hashOf(CONTENT).md5}-3` });
const noChecksum = aRecord({ originalChecksum: null, migratedChecksum: null });

describe('guards of a plan', () => {
  test.each<[string, string, Partial<FileFacts>]>([
    [
      'original-missing',
      'the original is gone',
      { original: { state: 'missing', location: '/o/a' } },
    ],
    [
      'original-different',
      'the original differs from its checksum',
      { original: anOriginal('edited'), objectHash: hashOf(CONTENT) },
    ],
    [
      'original-unknown',
      'the original cannot be looked at',
      { original: { state: 'unknown', detail: 'EACCES' }, objectHash: hashOf(CONTENT) },
    ],
    [
      'original-unknown',
      'the original was not looked at',
      { original: null, objectHash: hashOf(CONTENT) },
    ],
    [
      'original-unknown',
      'nothing was recorded that the original could be compared with',
      { record: noChecksum, object: 'absent' },
    ],
    [
      'original-unknown',
      'the recorded checksum has an unknown form',
      {
        record: aRecord({ originalChecksum: 'crc32:0f', migratedChecksum: null }),
        object: 'absent',
      },
    ],
    ['object-overwritten', 'the object has another size', { object: overwritten }],
    [
      'object-overwritten',
      'the object has the same size and other content',
      { object: anObject({}, sameSize), objectHash: hashOf(sameSize) },
    ],
    ['object-unknown', 'the object was not read and its ETag says nothing', { object: multipart }],
    [
      'row-points-elsewhere',
      'the file row points at another object',
      { record: aRecord({ file: aFileRow({ r2Key: 'files/newer.txt' }) }) },
    ],
    [
      'path-escapes',
      'source_path climbs out',
      { original: { state: 'escapes', detail: '../../etc/passwd' } },
    ],
  ])('hold a file (%s) when %s', (reason, _why, facts) => {
    const item = classify(facts);

    expect(item).toMatchObject({
      verdict: 'held',
      held: { reason },
      rowAction: 'none',
      rowState: 'none',
      objectAction: 'none',
      objectState: 'none',
      quarantineKey: null,
    });
    expect(item.after).toEqual(item.before);
  });

  test('say the fact and what the operator can do', () => {
    const { held } = classify({ original: { state: 'missing', location: '/o/a' } });

    expect(held).toEqual({
      reason: 'original-missing',
      detail: 'no file at /o/a',
      fix: expect.stringMatching(/plan again/) as string,
    });
  });

  test('hold a rows-only file as well when its original is gone', () => {
    const facts = { object: null, original: { state: 'missing', location: '/o/a' } } as const;

    expect(classify(facts, 'database-only')).toMatchObject({
      held: { reason: 'original-missing' },
    });
  });

  test('let a row that points at no object go without an original', () => {
    const record = aRecord({ file: aFileRow({ r2Key: null }) });
    const original = { state: 'missing', location: '/o/a' } as const;

    expect(classify({ record, object: 'absent', original })).toMatchObject({
      verdict: 'change',
      held: null,
    });
  });

  test('hold an overwritten object of a failed record when a row serves it', () => {
    const record = aRecord({ status: 'failed' });

    expect(classify({ record, object: overwritten })).toMatchObject({
      held: { reason: 'object-overwritten' },
    });
    expect(classify({ record, object: overwritten }, 'r2-only')).toMatchObject({
      held: { reason: 'object-overwritten' },
    });
  });

  test('hold the object of a rolled-back record that holds other content', () => {
    const record = aRecord({ status: 'rolled_back', file: aFileRow({ r2Key: null }) });

    expect(classify({ record, object: overwritten }, 'r2-only')).toMatchObject({
      held: { reason: 'object-overwritten' },
    });
  });

  test('hold a broken upload when its original is gone, for it is the last copy', () => {
    const record = aRecord({ status: 'failed', file: aFileRow({ r2Key: null }) });
    const original = { state: 'missing', location: '/o/a' } as const;

    expect(classify({ record, original })).toMatchObject({ held: { reason: 'original-missing' } });
  });

  test('do not take a checksum of the object for a proof of the original', () => {
    const record = aRecord({ originalChecksum: 'crc32:0f' });
    const facts = { record, original: anOriginal('something else'), objectHash: hashOf(CONTENT) };

    expect(classify(facts)).toMatchObject({
      objectProof: 'proved',
      originalProof: 'unknown',
      held: { reason: 'original-unknown' },
    });
  });

  test('do not take an original that was not read for equal to the object', () => {
    const original = { state: 'present', location: '/o/a', sizeBytes: 29, hash: null } as const;

    expect(classify({ original, objectHash: hashOf(CONTENT) })).toMatchObject({
      held: { reason: 'original-unknown' },
    });
  });

  test('hold a file whose original and object each match their own, different checksums', () => {
    const record = aRecord({ originalChecksum: hashOf('raw').sha256, fileSizeBytes: null });
    const facts = { record, original: anOriginal('raw'), objectHash: hashOf(CONTENT) };

    expect(classify(facts)).toMatchObject({
      held: {
        reason: 'original-different',
        detail: expect.stringMatching(/other content/) as string,
      },
    });
  });

  test('leave the file row out of a held record that lost it to another object', () => {
    const record = aRecord({ file: aFileRow({ r2Key: 'files/newer.txt' }) });

    expect(classify({ record }).before).toEqual({
      status: 'completed',
      completedAt: '2024-11-02 10:00:00',
      file: null,
    });
  });
});
