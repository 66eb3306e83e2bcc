import { describe, expect, onTestFinished, test } from 'vitest';
import { openReadOnly } from '../../../src/main/adapters/d1/connection.ts';
import { openD1Database } from '../../../src/main/adapters/d1/d1-database.ts';
import { openMemoryStage } from '../../../src/main/adapters/d1/rehearsal-stage.ts';
import { readSchema } from '../../../src/main/adapters/d1/schema.ts';
import {
  type RehearsalStage,
  rehearseMapping,
} from '../../../src/main/core/schema/rehearse-mapping.ts';
import { aBatchRow, aFileRow, aRecordRow } from '../../conformance/migration-rows.ts';
import { aD1File, type HandMadeD1File } from '../../support/d1/d1-file.ts';
import { referenceSchema } from '../../support/d1/reference-schema.ts';
import { savedFileStatements } from '../../support/migration/as-saved-files.ts';

/** A saved-file database with `count` completed records, each with its file. */
function aSavedFileDatabase(count: number): HandMadeD1File {
  const file = aD1File();
  const ids = Array.from({ length: count }, (_, at) => `r${String(at)}`);
  file.insert(
    'file_migrations',
    ids.map((id) => aRecordRow(id)),
  );
  file.insert(
    'files',
    ids.map((id) => aFileRow(id)),
  );
  file.insert('migration_batches', [aBatchRow('b1')]);
  for (const statement of savedFileStatements('whole')) file.connection.exec(statement);
  return file;
}

/** A rehearsal's stage over the database, and what it says of its mapping. */
function aStage({ path }: HandMadeD1File) {
  const source = openReadOnly({ path, busyTimeoutMs: 100 });
  const schema = readSchema(source, path);
  const stage = openMemoryStage(source, schema);
  onTestFinished(() => {
    stage.close();
    source.close();
  });
  return { mapping: schema.mapping, stage };
}

/** The stage with one cell read as something else from the `nth` look at all cells on. */
function withWrongCell(stage: RehearsalStage, nth: number, column: string): RehearsalStage {
  let looks = 0;
  return {
    ...stage,
    readCells: async () => {
      looks += 1;
      const cells = await stage.readCells();
      const at = cells.findIndex((cell) => cell.column === column);
      return looks < nth
        ? cells
        : cells.map((cell, index) => (index === at ? { ...cell, value: "'wrong'" } : cell));
    },
  };
}

describe('rehearsal of a mapping', () => {
  test('tries at most a hundred records, and only on a copy', async () => {
    const file = aSavedFileDatabase(150);
    file.connection.exec("UPDATE file_migration_records SET status = 'failed' WHERE rowid > 100");
    const before = file.connection.serialize();

    const { mapping } = await openD1Database({ path: file.path }).describe();

    expect(mapping.evidence.at(-1)).toBe(
      'Rehearsed on a copy of 100 records, 100 file rows and 1 batch row: the reset changed only what a plan names, and the undo brought every cell back.',
    );
    expect(file.connection.serialize().equals(before)).toBe(true);
  });

  test('has nothing to try where there are no records', async () => {
    const { path } = aSavedFileDatabase(0);

    const { mapping } = await openD1Database({ path }).describe();

    expect(mapping.evidence.at(-1)).toBe(
      'file_migration_records is empty: there was nothing to rehearse on.',
    );
  });

  test('is not needed for the reference schema', async () => {
    const { path } = aD1File();

    const { mapping } = await openD1Database({ path }).describe();

    expect(mapping.evidence).toHaveLength(1);
  });

  test('leaves triggers of the database out', async () => {
    const file = aSavedFileDatabase(3);
    file.connection.exec(`CREATE TRIGGER t AFTER UPDATE ON list_cutter_savedfile BEGIN
      UPDATE list_cutter_savedfile SET file_name = 'x'; END`);

    await expect(openD1Database({ path: file.path }).describe()).resolves.toMatchObject({
      triggers: ['list_cutter_savedfile.t'],
    });
  });

  test('copies bytes and whole numbers of 64 bits as what they are', async () => {
    const file = aSavedFileDatabase(2);
    file.connection.exec(`ALTER TABLE list_cutter_savedfile ADD COLUMN odd;
      UPDATE list_cutter_savedfile SET odd = x'00ff' WHERE id = 'f-r0';
      UPDATE list_cutter_savedfile SET odd = 9007199254740993 WHERE id = 'f-r1'`);

    const cells = await aStage(file).stage.readCells();

    expect(cells.filter(({ column }) => column === 'odd').map(({ value }) => value)).toEqual([
      "X'00FF'",
      '9007199254740993',
    ]);
  });

  test.each([
    [2, 'file_name', 'the reset changed more than a plan names'],
    [3, 'file_name', 'the undo did not bring everything back'],
    [3, 'r2_key', 'the undo did not bring everything back'],
  ])('refuses when look %i finds a %s that differs', async (nth, column, problem) => {
    const { mapping, stage } = aStage(aSavedFileDatabase(3));

    const rehearsal = rehearseMapping(mapping, withWrongCell(stage, nth, column));

    await expect(rehearsal).rejects.toMatchObject({
      code: 'MAPPING_INVALID',
      details: { differences: 1, columns: [`list_cutter_savedfile.${column}`] },
    });
    await expect(rehearsal).rejects.toThrow(problem);
  });

  test('refuses when rows do not hold afterwards what was written', async () => {
    const { mapping, stage } = aStage(aSavedFileDatabase(3));
    const forgetful: RehearsalStage = { ...stage, readRows: () => Promise.resolve(new Map()) };

    await expect(rehearseMapping(mapping, forgetful)).rejects.toThrow(
      'record r0 did not hold what was written',
    );
  });

  test('refuses when a change does not reach its row', async () => {
    const { mapping, stage } = aStage(aSavedFileDatabase(3));
    const lossy: RehearsalStage = {
      ...stage,
      changeRows: (changes) => stage.changeRows(changes.slice(1)),
    };

    await expect(rehearseMapping(mapping, lossy)).rejects.toMatchObject({
      details: { step: 'reset', applied: 3, wanted: 4 },
    });
  });

  test('keeps a writer from opening on a mapping that failed, and is tried again once corrected', async () => {
    const file = aSavedFileDatabase(3);
    const database = openD1Database({ path: file.path });
    file.connection.exec("UPDATE file_migration_records SET status = 'unheard of'");

    await expect(database.openWriter()).rejects.toMatchObject({ code: 'MAPPING_INVALID' });

    file.connection.exec("UPDATE file_migration_records SET status = 'completed'");
    const writer = await database.openWriter();
    await writer.close();
  });

  test('is a check of the diagnosis', async () => {
    const file = aSavedFileDatabase(3);
    file.connection.exec("UPDATE file_migration_records SET status = 'unheard of'");

    const checks = await openD1Database({ path: file.path }).diagnose();

    expect(checks.find(({ name }) => name === 'database.mapping')).toMatchObject({
      state: 'failed',
      finding: expect.stringContaining('unheard of') as unknown,
    });
    expect(checks.find(({ name }) => name === 'database.tables')).toMatchObject({ state: 'ok' });
  });

  test('picks the set that has records where a database has both', async () => {
    const file = aSavedFileDatabase(1);
    for (const statement of referenceSchema) file.connection.exec(statement);
    const database = openD1Database({ path: file.path });

    expect((await database.describe()).mapping.variant).toBe('saved-file');

    file.insert('file_migrations', [aRecordRow('r9')]);
    await expect(database.describe()).rejects.toMatchObject({ code: 'MAPPING_AMBIGUOUS' });
  });
});
