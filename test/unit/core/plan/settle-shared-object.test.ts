import { describe, expect, test } from 'vitest';
import { settleSharedObject } from '../../../../src/main/core/plan/settle-shared-object.ts';
import type { ObjectReference } from '../../../../src/main/core/ports/migration-database.ts';
import type { ContestedKey, StoredItem } from '../../../../src/main/core/ports/run-file.ts';
import { aHeldItem, anItem } from '../../../support/builders/an-item.ts';

const KEY = 'files/shared';

function sharing(seq: number, change: Partial<StoredItem> = {}): StoredItem {
  const item = anItem({ seq });
  const file = { r2Key: KEY, checksum: 'c', updatedAt: null, marks: null };
  return { ...item, objectKey: KEY, before: { ...item.before, file }, ...change };
}

function aReference(change: Partial<ObjectReference> = {}): ObjectReference {
  return { key: KEY, table: 'files', id: 'f-90', fileId: null, status: null, ...change };
}

function contested(
  items: readonly StoredItem[],
  references: readonly ObjectReference[] = [],
): ContestedKey {
  return { key: KEY, items, references };
}

describe('shared object', () => {
  test('stays for a row outside the plan, while the row in the plan is reset', () => {
    const [item] = settleSharedObject(contested([sharing(1)], [aReference()]), 'both');

    expect(item).toMatchObject({
      verdict: 'change',
      rowAction: 'reset',
      rowState: 'planned',
      objectAction: 'keep-shared',
      objectState: 'none',
      quarantineKey: null,
      objectDetail: 'stays: still needed by files f-90',
    });
  });

  test('is left out of an objects-only plan altogether when a row outside needs it', () => {
    const item = sharing(1, { rowAction: 'none', rowState: 'none' });

    const [settled] = settleSharedObject(contested([item], [aReference()]), 'r2-only');

    expect(settled).toMatchObject({ verdict: 'untouched', objectAction: 'keep-shared' });
  });

  test('stays for a held file', () => {
    const items = [sharing(1), { ...aHeldItem({ seq: 2 }), objectKey: KEY }];

    const [first] = settleSharedObject(contested(items), 'both');

    expect(first).toMatchObject({
      objectAction: 'keep-shared',
      objectDetail: 'stays: still needed by record r-2 (held)',
    });
  });

  test('stays for a held file that has no file row', () => {
    const held = aHeldItem({ seq: 2, objectKey: KEY, fileId: null });
    const items = [sharing(1), { ...held, before: { ...held.before, file: null } }];

    expect(settleSharedObject(contested(items), 'both')[0]).toMatchObject({
      objectAction: 'keep-shared',
    });
  });

  test('names at most three that need it', () => {
    const references = [1, 2, 3, 4, 5].map((number) => aReference({ id: `f-${String(number)}` }));

    expect(settleSharedObject(contested([sharing(1)], references), 'both')[0]?.objectDetail).toBe(
      'stays: still needed by files f-1, files f-2, files f-3 and 2 more',
    );
  });

  test('is removed once when every row lets go of it', () => {
    const settled = settleSharedObject(contested([sharing(1), sharing(2), sharing(3)]), 'both');

    expect(settled.map((item) => [item.rowAction, item.objectAction, item.objectState])).toEqual([
      ['reset', 'quarantine-and-delete', 'planned'],
      ['reset', 'none', 'none'],
      ['reset', 'none', 'none'],
    ]);
    expect(settled[1]).toMatchObject({
      verdict: 'change',
      quarantineKey: null,
      objectDetail: 'removed with item 1, which has the same object',
    });
  });

  test('does not change items whose object stays anyway', () => {
    const items = [sharing(1, { objectAction: 'none', objectState: 'none', quarantineKey: null })];

    expect(settleSharedObject(contested(items, [aReference()]), 'both')).toEqual(items);
  });
});

describe('file row of several records', () => {
  test.each(['completed', 'verified'])('is held for a %s record outside the plan', (status) => {
    const claim = aReference({ table: 'file_migrations', id: 'r-90', fileId: 'f-1', status });

    const [item] = settleSharedObject(contested([sharing(1)], [claim]), 'both');

    expect(item).toMatchObject({
      verdict: 'held',
      held: {
        reason: 'row-claimed',
        detail: `record r-90 (${status}) is outside the scope and serves the same file`,
      },
      rowAction: 'none',
      rowState: 'none',
      objectAction: 'none',
      objectState: 'none',
      quarantineKey: null,
    });
    expect(item?.after).toEqual(item?.before);
  });

  test('is reset although a failed record outside the plan is about the same file', () => {
    const reference = aReference({
      table: 'file_migrations',
      id: 'r-90',
      fileId: 'f-1',
      status: 'failed',
    });

    const [item] = settleSharedObject(contested([sharing(1)], [reference]), 'both');

    expect(item).toMatchObject({
      verdict: 'change',
      rowAction: 'reset',
      objectAction: 'keep-shared',
    });
  });

  test('is held for a held record of the same plan, so that what is held stays as it is', () => {
    const held = { ...aHeldItem({ seq: 1 }), objectKey: KEY };
    const changing = sharing(2, { fileId: 'f-1' });

    const settled = settleSharedObject(contested([held, changing]), 'both');

    expect(settled[0]).toEqual(held);
    expect(settled[1]).toMatchObject({
      verdict: 'held',
      held: {
        reason: 'row-claimed',
        detail: 'record r-1 is held (original-missing) and has the same row in files',
      },
      rowAction: 'none',
    });
  });

  test('is changed by the first of them only', () => {
    const items = [sharing(1, { fileId: 'f-1' }), sharing(2, { fileId: 'f-1' })];

    const settled = settleSharedObject(contested(items), 'both');

    expect(settled.map((item) => item.rowAction)).toEqual(['reset', 'reset']);
    expect(settled[0]).toEqual(items[0]);
    expect(settled[1]?.before.file).toBeNull();
    expect(settled[1]?.after).toEqual({ ...items[1]?.after, file: null });
  });

  test('claims nothing in an objects-only plan, which changes no row', () => {
    const claim = aReference({ table: 'file_migrations', fileId: 'f-1', status: 'completed' });
    const item = sharing(1, { rowAction: 'none', rowState: 'none' });

    expect(settleSharedObject(contested([item], [claim]), 'r2-only')[0]).toMatchObject({
      held: null,
      objectAction: 'keep-shared',
    });
  });
});
