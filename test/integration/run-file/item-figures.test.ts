import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createItemWriter } from '../../../src/main/adapters/run-file/item-writer.ts';
import { createRepeatedKeys } from '../../../src/main/adapters/run-file/repeated-keys.ts';
import { openRunFiles } from '../../../src/main/adapters/run-file/run-files.ts';
import { createSchema } from '../../../src/main/adapters/run-file/schema.ts';
import type { PlanFile, StoredItem } from '../../../src/main/core/ports/run-file.ts';
import { aFolder } from '../../support/builders/a-folder.ts';
import { aPlanHeader } from '../../support/builders/a-plan.ts';
import { anObject } from '../../support/builders/a-record.ts';
import { aHeldItem, anItem, anUntouchedItem } from '../../support/builders/an-item.ts';
import { propertySettings } from '../../support/migration/property-settings.ts';
import { aPlanOnDisk } from '../../support/run-file/a-plan-on-disk.ts';

function aPlanFile(items: readonly StoredItem[]): PlanFile {
  const file = openRunFiles(aFolder()).create(aPlanHeader());
  file.appendItems(items);
  return file;
}

const text = fc.constantFrom(null, '', 'x', 'files/1', 'y/files/1');
const values = fc.record({
  status: text,
  completedAt: text,
  file: fc.record({
    r2Key: text,
    checksum: text,
    updatedAt: text,
    marks: fc.constantFrom(null, { migratedAt: 'm', migrationStatus: null, migrationBatchId: '' }),
  }),
});
/** Items of few different cells, so that neighbours share some of them and lack others. */
const anyItem: fc.Arbitrary<Partial<StoredItem>> = fc.record({
  batchId: fc.constantFrom('b-1', 'b-2'),
  objectKey: text,
  before: values,
  after: values,
  object: fc.constantFrom(null, anObject({ key: 'files/1' }), anObject({ key: 'z' })),
  objectDetail: fc.constantFrom('', 'x'),
  originalDetail: fc.constantFrom('', 'x', 'y'),
  held: fc.constantFrom(
    null,
    { reason: 'row-moved' as const, detail: '', fix: 'x' },
    { reason: 'row-claimed' as const, detail: 'd', fix: '' },
  ),
  quarantineKey: text,
  stateDetail: text,
});

function figuresOf(file: PlanFile): readonly unknown[] {
  try {
    return [file.counts(), file.heldByReason(), file.batchChanges(), file.batchIds()];
  } finally {
    file.discard();
  }
}

describe('figures of a plan in the making', () => {
  test('after items were replaced are those of a plan that had them so from the start', () => {
    const planned = [anItem({ seq: 1 }), anItem({ seq: 2, batchId: 'b-2' }), anItem({ seq: 3 })];
    const settled = [aHeldItem({ seq: 1 }), anUntouchedItem({ seq: 2 }), anItem({ seq: 3 })];
    const replaced = aPlanFile(planned);

    replaced.replaceItems(settled.slice(0, 2));

    expect(figuresOf(replaced)).toEqual(figuresOf(aPlanFile(settled)));
  });

  test('find a key that two items far apart have', () => {
    const items = Array.from({ length: 5_000 }, (_, index) =>
      anItem({ seq: index + 1, objectKey: `files/${String(index % 4_999)}` }),
    );
    const file = aPlanFile(items);

    const contested = [...file.contestedKeys()];

    expect(contested.map(({ key, items: two }) => [key, two.map((item) => item.seq)])).toEqual([
      ['files/0', [1, 5_000]],
    ]);
    file.discard();
  });
});

describe('contested keys', () => {
  test('come once each, also when there are many and their items are replaced on the way', () => {
    const items = Array.from({ length: 2_400 }, (_, index) =>
      anItem({ seq: index + 1, objectKey: `files/${String(index % 1_200)}` }),
    );
    const file = aPlanFile(items);

    const seen: string[] = [];
    for (const contested of file.contestedKeys()) {
      seen.push(contested.key);
      file.replaceItems(contested.items.map((item) => aHeldItem(item)));
    }

    expect(seen).toEqual([...new Set(items.map((item) => item.objectKey))].toSorted());
    file.discard();
  });
});

describe('items written in groups', () => {
  test('come back as they were, whatever their shared cells hold', () => {
    const odd = ["it's", 'a\0b', '', 'ü\u{1F600}', '?', '\n'];
    const items = odd.flatMap((text, at) =>
      Array.from({ length: 11 }, (_, index) =>
        anItem({
          seq: at * 11 + index + 1,
          batchId: `b-${text}`,
          filename: `${text}${String(index)}`,
          objectDetail: text,
        }),
      ),
    );
    const file = aPlanFile(items);

    expect(file.pageItems({ filter: 'all', afterSeq: 0, limit: 100 })).toEqual(items);
    file.discard();
  });

  test('do not depend on what was written before them', () => {
    const database = new Database(':memory:');
    createSchema(database);
    const write = createItemWriter(database);
    const items = Array.from({ length: 20 }, (_, index) => anItem({ seq: index + 1 }));

    write(items.slice(0, 9));
    write(items.slice(9));

    expect(database.prepare('SELECT count(*), max(seq) FROM item').raw().get()).toEqual([20, 20]);
    database.close();
  });
});

describe('items beside each other', () => {
  test('come back as they were, whatever they share and wherever one of them has nothing', () => {
    fc.assert(
      fc.property(fc.array(anyItem, { minLength: 1, maxLength: 40 }), (changes) => {
        const items = changes.map((change, index) => anItem({ ...change, seq: index + 1 }));
        const file = aPlanFile(items);

        const read = file.pageItems({ filter: 'all', afterSeq: 0, limit: 100 });

        file.discard();
        expect(read).toEqual(items);
      }),
      propertySettings({ runs: 60 }),
    );
  });

  test('are kept once for what is said of all of them', () => {
    const { path } = aPlanOnDisk(200);
    const database = new Database(path, { readonly: true });

    const judgements = database.prepare('SELECT id, batch_id, object_detail FROM judgement').all();

    expect(judgements).toMatchObject([{ id: 1, batch_id: 'b-1' }]);
    database.close();
  });
});

describe('keys that come twice', () => {
  test('are noticed, and keys that come once are not taken for them', () => {
    const keys = createRepeatedKeys();

    for (let index = 0; index < 100_000; index += 1) keys.add(`files/user-1/${String(index)}.pdf`);
    const before = keys.found();
    keys.add('files/user-1/77777.pdf');

    expect([before, keys.found()]).toEqual([false, true]);
  });
});
