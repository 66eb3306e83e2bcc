import { describe, expect, test } from 'vitest';
import {
  type ClassifyOptions,
  classifyFile,
  evidenceNeeded,
  type FileFacts,
  objectKeyOf,
} from '../../../../src/main/core/plan/classify-file.ts';
import type { StoredItem } from '../../../../src/main/core/ports/run-file.ts';
import { RUN_TIME } from '../../../../src/shared/domain/plan.ts';
import { hashOf } from '../../../support/builders/a-hash.ts';
import {
  aFileRow,
  anObject,
  aRecord,
  CONTENT,
  someFacts,
} from '../../../support/builders/a-record.ts';

const PREFIX = '.unwind-quarantine/run/';

function classify(
  facts: Partial<FileFacts> = {},
  options: Partial<ClassifyOptions> = {},
): StoredItem {
  return classifyFile(someFacts(facts), 7, {
    mode: 'both',
    acceptances: [],
    quarantinePrefix: PREFIX,
    ...options,
  });
}

describe('file of a plan', () => {
  test('has its row reset and its object quarantined when everything is proved', () => {
    expect(classify()).toEqual({
      seq: 7,
      recordId: 'r-1',
      batchId: 'b-1',
      fileId: 'f-1',
      userId: 'u-1',
      filename: 'a.txt',
      sourcePath: 'in/a.txt',
      objectKey: 'files/a.txt',
      verdict: 'change',
      rowAction: 'reset',
      objectAction: 'quarantine-and-delete',
      before: {
        status: 'completed',
        completedAt: '2024-11-02 10:00:00',
        file: {
          r2Key: 'files/a.txt',
          checksum: hashOf(CONTENT).sha256,
          updatedAt: '2024-11-02 10:00:01',
          marks: null,
        },
      },
      after: {
        status: 'rolled_back',
        completedAt: RUN_TIME,
        file: { r2Key: null, checksum: null, updatedAt: RUN_TIME, marks: null },
      },
      object: anObject(),
      objectProof: 'proved',
      objectDetail: 'ETag equals the MD5 of the original',
      originalProof: 'proved',
      originalDetail: 'checksum equal, 29 bytes',
      held: null,
      objectSha256: hashOf(CONTENT).sha256,
      quarantineKey: `${PREFIX}files/a.txt`,
      rowState: 'planned',
      objectState: 'planned',
      stateDetail: null,
    });
  });

  test('has only its row reset when rows are all that is asked for', () => {
    const item = classify({ object: null }, { mode: 'database-only' });

    expect(item).toMatchObject({
      verdict: 'change',
      rowAction: 'reset',
      objectAction: 'none',
      object: null,
      objectProof: 'not-needed',
      quarantineKey: null,
      objectState: 'none',
    });
  });

  test('keeps an object that is known of when rows are all that is asked for', () => {
    const item = classify({}, { mode: 'database-only' });

    expect(item).toMatchObject({ rowAction: 'reset', objectAction: 'none', quarantineKey: null });
  });

  test('has only its object removed when objects are all that is asked for', () => {
    const item = classify({}, { mode: 'r2-only' });

    expect(item).toMatchObject({
      verdict: 'change',
      rowAction: 'none',
      rowState: 'none',
      objectAction: 'quarantine-and-delete',
    });
    expect(item.after).toEqual(item.before);
  });

  test('keeps its file row when that row points at no object', () => {
    const record = aRecord({ file: aFileRow({ r2Key: null, checksum: null }) });

    const item = classify({ record });

    expect(item).toMatchObject({ verdict: 'change', rowAction: 'reset' });
    expect(item.before.file).toBeNull();
    expect(item.after).toEqual({ status: 'rolled_back', completedAt: RUN_TIME, file: null });
  });

  test('treats an empty key in the file row as pointing at no object', () => {
    const record = aRecord({ targetKey: '', file: aFileRow({ r2Key: '' }) });

    const item = classify({ record, object: null, original: null });

    expect(item).toMatchObject({ verdict: 'change', objectKey: null, held: null });
    expect(item.before.file).toBeNull();
  });

  test('has its record reset alone when the file row is gone', () => {
    const item = classify({ record: aRecord({ fileId: null, file: null }) });

    expect(item).toMatchObject({ verdict: 'change', rowAction: 'reset', before: { file: null } });
  });

  test.each(['pending', 'processing', 'failed'])(
    'is reset when its record is %s and nothing was stored',
    (status) => {
      const record = aRecord({ status, completedAt: null, file: aFileRow({ r2Key: null }) });

      const item = classify({ record, object: 'absent', original: null });

      expect(item).toMatchObject({
        verdict: 'change',
        rowAction: 'reset',
        objectAction: 'none',
        originalProof: 'not-needed',
      });
    },
  );

  test('has a broken upload that no row points at quarantined', () => {
    const record = aRecord({ status: 'failed', file: aFileRow({ r2Key: null }) });
    const object = anObject({}, 'half of it');

    const item = classify({ record, object, objectHash: hashOf('half of it') });

    expect(item).toMatchObject({
      verdict: 'change',
      objectAction: 'quarantine-and-delete',
      objectProof: 'disproved',
      objectSha256: hashOf('half of it').sha256,
      held: null,
    });
  });

  test('is left as it is when its record is rolled back and its object gone', () => {
    const record = aRecord({ status: 'rolled_back', file: aFileRow({ r2Key: null }) });

    const item = classify({ record, object: 'absent' }, { mode: 'r2-only' });

    expect(item).toMatchObject({ verdict: 'untouched', rowAction: 'none', objectAction: 'none' });
  });

  test('is reset although its object is gone, because the original is proved', () => {
    const item = classify({ object: 'absent' });

    expect(item).toMatchObject({
      verdict: 'change',
      rowAction: 'reset',
      objectAction: 'none',
      objectProof: 'disproved',
      quarantineKey: null,
    });
  });

  test('changes without proof of the original once the operator has accepted that', () => {
    const acceptances = [{ code: 'unknown-originals' as const, reason: 'they are on tape' }];
    const original = { state: 'unknown' as const, detail: 'not reachable' };

    const item = classify({ original, objectHash: hashOf(CONTENT) }, { acceptances });

    expect(item).toMatchObject({ verdict: 'change', originalProof: 'unknown', held: null });
  });

  test('proves an original without a recorded checksum by the content of the object', () => {
    const record = aRecord({ originalChecksum: null, migratedChecksum: null });

    expect(classify({ record })).toMatchObject({
      verdict: 'change',
      originalProof: 'proved',
      originalDetail: 'same content as the object, 29 bytes',
    });
  });

  test('remembers the SHA-256 that reading the object told, else that of an equal original', () => {
    const object = anObject({ etag: 'f00d-2' });

    expect(classify({ object, objectHash: hashOf(CONTENT) }).objectSha256).toBe(
      hashOf(CONTENT).sha256,
    );
    expect(classify().objectSha256).toBe(hashOf(CONTENT).sha256);
    expect(classify({ object: 'absent' }).objectSha256).toBeNull();
  });
});

describe('object key of a record', () => {
  test('is the one that the record names', () => {
    expect(objectKeyOf(aRecord({ targetKey: 'k/own', file: aFileRow({ r2Key: 'k/row' }) }))).toBe(
      'k/own',
    );
  });

  test.each([null, ''])('is that of the file row when a migrated record names %j', (targetKey) => {
    expect(objectKeyOf(aRecord({ targetKey, file: aFileRow({ r2Key: 'k/row' }) }))).toBe('k/row');
  });

  test('is unknown when the record was not migrated and names none', () => {
    expect(objectKeyOf(aRecord({ targetKey: null, status: 'failed' }))).toBeNull();
  });

  test.each([null, ''])('is unknown when neither record nor file row (%j) names one', (r2Key) => {
    expect(objectKeyOf(aRecord({ targetKey: null, file: aFileRow({ r2Key }) }))).toBeNull();
  });
});

describe('evidence for a record', () => {
  test.each([
    ['both', aRecord(), { object: 'needed', original: 'needed' }],
    ['database-only', aRecord(), { object: 'not-needed', original: 'needed' }],
    ['r2-only', aRecord(), { object: 'needed', original: 'needed' }],
    [
      'both',
      aRecord({ targetKey: null, status: 'pending', file: null }),
      { object: 'not-needed', original: 'not-needed' },
    ],
    ['database-only', aRecord({ file: null }), { object: 'not-needed', original: 'not-needed' }],
  ] as const)('in mode %s is what the decision depends on (%#)', (mode, record, needed) => {
    expect(evidenceNeeded(record, mode)).toEqual(needed);
  });
});
