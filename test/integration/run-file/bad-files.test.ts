import { copyFileSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openRunFiles } from '../../../src/main/adapters/run-file/run-files.ts';
import type { StoredItem } from '../../../src/main/core/ports/run-file.ts';
import { OperatorError } from '../../../src/shared/domain/operator-error.ts';
import { aFolder } from '../../support/builders/a-folder.ts';
import { aPlanHeader, RUN_ID } from '../../support/builders/a-plan.ts';
import { anItem } from '../../support/builders/an-item.ts';
import { useSqliteFault } from '../../support/faults/sqlite-faults.ts';
import { strikeAt } from '../../support/faults/strike.ts';
import { propertySettings } from '../../support/migration/property-settings.ts';
import { aPlanOnDisk, readToExecute } from '../../support/run-file/a-plan-on-disk.ts';

const ITEMS = 400;
const PAGE_BYTES = 8_192;
const expectedItems = withoutHash(
  Array.from({ length: ITEMS }, (_, index) => anItem({ seq: index + 1 })),
);

/** The hash is left out: the run learns it, so that the digest cannot cover it. A wrong one fails the copy, nothing else. */
function withoutHash(items: readonly StoredItem[]): readonly StoredItem[] {
  return items.map((item) => ({ ...item, objectSha256: null }));
}

/** Puts `bytes` where a run file should be and opens it. */
function openBytes(bytes: string | Buffer): void {
  const folder = aFolder();
  writeFileSync(join(folder, `${RUN_ID}.unwind`), bytes);
  openRunFiles(folder).open(RUN_ID, 'read').close();
}

function invalid(message: RegExp): unknown {
  return expect.objectContaining({
    code: 'RUN_FILE_INVALID',
    message: expect.stringMatching(message) as string,
  });
}

/** Damages a copy of a plan's file and reads it as an execution would: gives the code of the refusal, or the items. */
function readDamaged(
  template: string,
  damage: (path: string) => void,
): string | readonly StoredItem[] {
  const folder = aFolder();
  const path = join(folder, `${RUN_ID}.unwind`);
  copyFileSync(template, path);
  damage(path);
  try {
    return withoutHash(readToExecute(openRunFiles(folder), ITEMS));
  } catch (error) {
    if (error instanceof OperatorError) return error.code;
    throw error;
  }
}

function writeByte(path: string, position: number, change: (byte: number) => number): void {
  const bytes = readFileSync(path);
  bytes.writeUInt8(change(bytes.readUInt8(position)), position);
  writeFileSync(path, bytes);
}

describe('bad run file', () => {
  test('that is empty is refused', () => {
    expect(() => {
      openBytes('');
    }).toThrow(invalid(/not one of Unwind/));
  });

  test.each(['hello', 'x'.repeat(10_000), '{"runId": 1}\n'.repeat(500)])(
    'that is a text is refused (%#)',
    (text) => {
      expect(() => {
        openBytes(text);
      }).toThrow(invalid(/not a SQLite file/));
    },
  );

  test('that is another SQLite file is refused, and stays as it was', () => {
    const folder = aFolder();
    const path = join(folder, `${RUN_ID}.unwind`);
    const other = new Database(path);
    other.exec('CREATE TABLE plan (id); INSERT INTO plan VALUES (1)');
    other.close();
    const before = readFileSync(path);

    for (const access of ['read', 'write'] as const) {
      expect(() => openRunFiles(folder).open(RUN_ID, access)).toThrow(invalid(/not one of Unwind/));
    }
    expect(readFileSync(path)).toEqual(before);
  });

  test('of a newer layout is refused with both versions', () => {
    const { path, files } = aPlanOnDisk(1);
    const database = new Database(path);
    database.pragma('user_version = 7');
    database.close();

    expect(() => files.open(RUN_ID, 'read')).toThrow(invalid(/version 7, this Unwind reads 6/));
  });

  test.each([
    ['holds no plan', 'DELETE FROM plan', /holds no finished plan/],
    ['has no table of plans', 'DROP TABLE plan', /layout/],
    ['holds a plan that is no JSON', "UPDATE plan SET json = '{'", /plan cannot be read/],
    ['holds a plan that is null', "UPDATE plan SET json = 'null'", /plan cannot be read/],
    [
      'holds a plan without a target',
      "UPDATE plan SET json = json_remove(json, '$.target')",
      /plan cannot be read/,
    ],
    [
      'holds a plan with more in it',
      "UPDATE plan SET json = json_set(json, '$.force', 1)",
      /plan cannot be read/,
    ],
  ])('that %s is refused', (_what, sql, message) => {
    const { path, files } = aPlanOnDisk(1);
    const database = new Database(path);
    database.exec(sql);
    database.close();

    expect(() => files.open(RUN_ID, 'read')).toThrow(invalid(message));
  });

  test('that lost a column is refused when the column is read', () => {
    const { path, files } = aPlanOnDisk(1);
    const database = new Database(path);
    database.exec(
      'DROP VIEW item_now; ALTER TABLE item DROP COLUMN state_detail; CREATE VIEW item_now AS SELECT * FROM item',
    );
    database.close();
    const runFile = files.open(RUN_ID, 'read');

    expect(() => runFile.itemsBetween(1, 1)).toThrow(invalid(/layout/));
    expect(() => runFile.pageItems({ filter: 'all', afterSeq: 0, limit: 1 })).toThrow(
      invalid(/layout/),
    );
    runFile.close();
  });

  test('that carries the name of another run is refused', () => {
    const { folder, path, files } = aPlanOnDisk(1);
    const otherId = '01K1ZZZZZZZZZZZZZZZZZZZZZZ';
    copyFileSync(path, join(folder, `${otherId}.unwind`));

    expect(() => files.open(otherId, 'write')).toThrow(invalid(/holds run 01K1ABC/));
  });

  test('cannot be registered', () => {
    const path = join(aFolder(), 'x.unwind');
    writeFileSync(path, 'hello');

    expect(() => openRunFiles(aFolder()).register(path)).toThrow(invalid(/not a SQLite file/));
  });
});

describe('damaged run file', () => {
  test('is refused wherever it was cut off', () => {
    const { path: template } = aPlanOnDisk(ITEMS);
    const { length } = readFileSync(template);
    const lengths = Array.from({ length: 60 }, (_, index) => Math.floor((length * index) / 60));

    for (const keptBytes of [...lengths, 99, 100, PAGE_BYTES, length - PAGE_BYTES, length - 1]) {
      const result = readDamaged(template, (path) => {
        truncateSync(path, keptBytes);
      });
      expect([keptBytes, result]).toEqual([keptBytes, 'RUN_FILE_INVALID']);
    }
  });

  test('is refused, or read right, whichever page was zeroed', () => {
    const { path: template } = aPlanOnDisk(ITEMS);
    const pages = readFileSync(template).length / PAGE_BYTES;

    const results = Array.from({ length: pages }, (_, page) =>
      readDamaged(template, (path) => {
        const bytes = readFileSync(path);
        bytes.fill(0, page * PAGE_BYTES, (page + 1) * PAGE_BYTES);
        writeFileSync(path, bytes);
      }),
    );

    for (const result of results) {
      if (typeof result !== 'string') expect(result).toEqual(expectedItems);
      else expect(['RUN_FILE_INVALID', 'PLAN_EDITED']).toContain(result);
    }
    expect(results.filter((result) => result === 'RUN_FILE_INVALID').length).toBeGreaterThan(
      pages / 2,
    );
  });

  test('is refused, or read right, whichever byte was changed', () => {
    const { path: template } = aPlanOnDisk(ITEMS);
    const { length } = readFileSync(template);

    fc.assert(
      fc.property(fc.nat(length - 1), fc.integer({ min: 1, max: 255 }), (position, mask) => {
        const result = readDamaged(template, (path) => {
          writeByte(path, position, (byte) => byte ^ mask);
        });
        if (typeof result !== 'string') expect(result).toEqual(expectedItems);
        else expect(['RUN_FILE_INVALID', 'PLAN_EDITED', 'PLAN_ALREADY_EXECUTED']).toContain(result);
      }),
      propertySettings({ runs: 300 }),
    );
  });

  test.each([
    ['0', 8],
    ['1', 9],
  ])(
    'is refused, or read right, where a cell that holds nothing came to hold a number (%s)',
    (_what, serialType) => {
      const { path: template } = aPlanOnDisk(ITEMS);
      // The cells of an item, each by its type, come right before its first text.
      const firstText = readFileSync(template).indexOf('r-77f-77');

      for (let position = firstText - 40; position < firstText; position += 1) {
        const result = readDamaged(template, (path) => {
          writeByte(path, position, (byte) => (byte === 0 ? serialType : byte));
        });
        if (typeof result !== 'string') expect(result).toEqual(expectedItems);
        else expect(['RUN_FILE_INVALID', 'PLAN_EDITED']).toContain(result);
      }
    },
  );

  test('that lost its end while it was open is refused at the next look', () => {
    const { path, files } = aPlanOnDisk(ITEMS);
    const runFile = files.open(RUN_ID, 'read');
    truncateSync(path, 2 * PAGE_BYTES);

    expect(() => runFile.itemsBetween(1, ITEMS)).toThrow(
      expect.objectContaining({ code: 'RUN_FILE_INVALID' }),
    );
    runFile.close();
  });
});

describe('plan being made', () => {
  function failing(statement: string): string {
    const folder = aFolder();
    const only = (sql: string): boolean => sql.includes(statement);
    useSqliteFault({ folder, kind: 'SQLITE_FULL', strike: strikeAt(1, 'once'), only });
    onTestFinished(() => {
      useSqliteFault(undefined);
    });
    return folder;
  }

  test('leaves nothing behind where its file takes the layout and no more', () => {
    const folder = failing('CREATE TEMP TABLE');

    expect(() => openRunFiles(folder).create(aPlanHeader())).toThrow(
      expect.objectContaining({ code: 'DISK_FULL' }) as unknown,
    );

    expect(readdirSync(folder)).toEqual([]);
  });

  test('names its file also where that fails between two contested keys', () => {
    const file = openRunFiles(failing('reference_object_key')).create(aPlanHeader());
    onTestFinished(() => {
      file.discard();
    });
    file.appendItems([1, 2].map((seq) => anItem({ seq, objectKey: 'k/same' })));

    expect(() => [...file.contestedKeys()]).toThrow(
      expect.objectContaining({ code: 'DISK_FULL' }) as unknown,
    );
  });
});
