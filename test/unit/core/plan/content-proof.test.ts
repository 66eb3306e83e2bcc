import { describe, expect, test } from 'vitest';
import {
  type ObjectEvidence,
  proveObject,
  proveOriginal,
} from '../../../../src/main/core/plan/content-proof.ts';
import { hashOf } from '../../../support/builders/a-hash.ts';
import { anObject, anOriginal, aRecord, CONTENT } from '../../../support/builders/a-record.ts';

const hash = hashOf(CONTENT);
const other = hashOf('other content of 29 bytes....');
const multipart = anObject({ etag: `${hash.md5}-2` });

function prove(evidence: Partial<ObjectEvidence>): ReturnType<typeof proveObject> {
  return proveObject({
    record: aRecord(),
    object: multipart,
    originalHash: null,
    objectHash: null,
    ...evidence,
  });
}

describe('proof of an object', () => {
  test('is an ETag that is the MD5 of the original', () => {
    expect(prove({ object: anObject(), originalHash: hash })).toEqual({
      proof: 'proved',
      detail: 'ETag equals the MD5 of the original',
    });
  });

  test('is no ETag of a multipart upload', () => {
    expect(prove({ originalHash: hash })).toBeUndefined();
  });

  test('is no ETag of an object with another size than the original', () => {
    const object = anObject({ sizeBytes: 30 });

    expect(prove({ object, originalHash: hash })).toMatchObject({ proof: 'disproved' });
  });

  test('fails on another size than the recorded one, without reading anything', () => {
    const object = anObject({ etag: 'x', sizeBytes: 30 });

    expect(prove({ object })).toEqual({
      proof: 'disproved',
      detail: '30 bytes, the migration recorded 29; last modified 2024-11-02T10:00:00.000Z',
    });
  });

  test('asks for the object to be read when nothing cheaper can tell', () => {
    expect(prove({ record: aRecord({ fileSizeBytes: null }), originalHash: hash })).toBeUndefined();
  });

  test('is the same SHA-256 as that of the original', () => {
    const record = aRecord({ originalChecksum: null, migratedChecksum: null });

    expect(prove({ record, originalHash: hash, objectHash: hash })).toEqual({
      proof: 'proved',
      detail: 'SHA-256 equals that of the original',
    });
  });

  test.each([
    ['SHA-256', hash.sha256],
    ['SHA-256 in capitals', hash.sha256.toUpperCase()],
    ['SHA-256 with a prefix', `sha256:${hash.sha256}`],
    ['SHA-256 with another prefix', `SHA-256=${hash.sha256}`],
    ['MD5', hash.md5],
    ['MD5 with a prefix', `md5:${hash.md5}`],
  ])('is a recorded checksum of the form %s', (_form, migratedChecksum) => {
    const record = aRecord({ originalChecksum: null, migratedChecksum });

    expect(prove({ record, objectHash: hash })).toMatchObject({ proof: 'proved' });
    expect(prove({ record, objectHash: other })).toMatchObject({ proof: 'disproved' });
  });

  test('prefers what was recorded of the object to what was recorded of the original', () => {
    const record = aRecord({ originalChecksum: other.sha256, migratedChecksum: hash.sha256 });

    expect(prove({ record, objectHash: hash })).toMatchObject({ proof: 'proved' });
  });

  test('takes what was recorded of the original where nothing was of the object', () => {
    const record = aRecord({ migratedChecksum: '' });

    expect(prove({ record, objectHash: hash })).toMatchObject({ proof: 'proved' });
  });

  test.each([null, '', 'crc32:0f00'])(
    'is impossible with the checksum %j and no original',
    (checksum) => {
      const record = aRecord({ originalChecksum: checksum, migratedChecksum: checksum });

      expect(prove({ record, objectHash: hash })).toEqual({
        proof: 'unknown',
        detail: 'no checksum is recorded and no original to compare with',
      });
    },
  );

  test('is the same content inside its gzip, whatever the stored size', () => {
    const stored = anObject({ etag: 'x', sizeBytes: 12 });
    const objectHash = { ...other, sizeBytes: 12, gunzipped: hash };
    const unrecorded = aRecord({ originalChecksum: null, migratedChecksum: null });

    expect(prove({ object: stored, objectHash })).toEqual({
      proof: 'proved',
      detail: 'checksum after gunzip equals the recorded one',
    });
    expect(prove({ record: unrecorded, object: stored, originalHash: hash, objectHash })).toEqual({
      proof: 'proved',
      detail: 'SHA-256 after gunzip equals that of the original',
    });
  });

  test('is the same content where R2 decompressed it on the way', () => {
    const stored = anObject({ etag: 'x', sizeBytes: 12 });

    expect(prove({ object: stored, objectHash: hash })).toMatchObject({ proof: 'proved' });
  });

  test('fails on other content inside its gzip', () => {
    const stored = anObject({ etag: 'x', sizeBytes: 12 });
    const objectHash = { ...other, sizeBytes: 12, gunzipped: other };

    expect(prove({ object: stored, objectHash })).toMatchObject({ proof: 'disproved' });
  });

  test('fails when the content is neither the recorded one nor that of the original', () => {
    const record = aRecord({ originalChecksum: null, migratedChecksum: null });

    expect(prove({ record, originalHash: hash, objectHash: other })).toEqual({
      proof: 'disproved',
      detail: 'content differs from what was migrated; last modified 2024-11-02T10:00:00.000Z',
    });
  });
});

describe('proof of an original', () => {
  test('is the recorded checksum', () => {
    expect(proveOriginal(aRecord(), anOriginal())).toEqual({
      proof: 'proved',
      detail: 'checksum equal, 29 bytes',
    });
  });

  test('is the recorded MD5 as well', () => {
    const record = aRecord({ originalChecksum: hash.md5 });

    expect(proveOriginal(record, anOriginal())).toMatchObject({ proof: 'proved' });
    expect(proveOriginal(record, anOriginal('x'))).toMatchObject({ proof: 'disproved' });
  });

  test('falls back to the checksum of the object', () => {
    const record = aRecord({ originalChecksum: null });

    expect(proveOriginal(record, anOriginal())).toMatchObject({ proof: 'proved' });
    expect(proveOriginal(record, anOriginal('x'))).toMatchObject({ proof: 'disproved' });
  });

  test('names size and place of an original that differs', () => {
    expect(proveOriginal(aRecord(), anOriginal('edited'))).toEqual({
      proof: 'disproved',
      detail: 'checksum differs from the recorded one: 6 bytes at /originals/in/a.txt',
    });
  });

  test('fails when there is no file', () => {
    expect(proveOriginal(aRecord(), { state: 'missing', location: '/o/a' })).toEqual({
      proof: 'disproved',
      detail: 'no file at /o/a',
    });
  });

  test.each([
    [{ state: 'unknown', detail: 'EACCES' } as const],
    [{ state: 'escapes', detail: '../x' } as const],
    [{ state: 'present', location: '/o/a', sizeBytes: 29, hash: null } as const],
  ])('is unknown when the content was not read (%#)', (original) => {
    expect(proveOriginal(aRecord(), original)).toMatchObject({ proof: 'unknown' });
  });

  test.each([null, 'crc32:0f00'])('is unknown with the recorded checksum %j', (checksum) => {
    const record = aRecord({ originalChecksum: checksum, migratedChecksum: checksum });

    expect(proveOriginal(record, anOriginal())).toMatchObject({ proof: 'unknown' });
  });
});
