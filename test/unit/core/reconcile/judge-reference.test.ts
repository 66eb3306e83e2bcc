import { describe, expect, test } from 'vitest';
import type { SizedReference } from '../../../../src/main/core/ports/migration-database.ts';
import { judgeReference } from '../../../../src/main/core/reconcile/judge-reference.ts';

const object = { key: 'k', sizeBytes: 7, etag: 'e', lastModified: '2026-11-21T03:12:44.000Z' };

function record(change: Partial<SizedReference> = {}): SizedReference {
  return {
    key: 'k',
    table: 'file_migrations',
    id: 'r',
    fileId: 'f',
    status: 'completed',
    sizeBytes: 7,
    ...change,
  };
}

describe('a row and the object at its key', () => {
  test('agree when the object is there with the recorded size, or none is recorded', () => {
    expect(judgeReference(record(), object)).toBeUndefined();
    expect(judgeReference(record({ sizeBytes: null }), object)).toBeUndefined();
  });

  test.each(['completed', 'verified'])(
    'contradict each other when a %s record has none',
    (status) => {
      expect(judgeReference(record({ status }), undefined)).toMatchObject({ kind: 'dangling-row' });
    },
  );

  test.each(['failed', 'pending', 'processing', null])(
    'say nothing of each other before the record is migrated (%s)',
    (status) => {
      expect(judgeReference(record({ status }), undefined)).toBeUndefined();
      expect(judgeReference(record({ status, sizeBytes: 1 }), object)).toBeUndefined();
    },
  );

  test('contradict each other when a file row has a key without an object', () => {
    const file = record({ table: 'files', id: 'f', fileId: null, status: null, sizeBytes: null });

    expect(judgeReference(file, undefined)).toMatchObject({
      kind: 'dangling-row',
      rowId: 'f',
      fileId: 'f',
    });
    expect(judgeReference(file, object)).toBeUndefined();
  });

  test('contradict each other when the sizes differ, an empty object included', () => {
    expect(judgeReference(record({ sizeBytes: 8 }), object)).toMatchObject({
      kind: 'size-differs',
      recordedSizeBytes: 8,
      objectSizeBytes: 7,
    });
    expect(judgeReference(record({ sizeBytes: 0 }), object)?.kind).toBe('size-differs');
  });
});
