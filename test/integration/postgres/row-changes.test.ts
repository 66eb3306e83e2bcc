import { describe, expect, test } from 'vitest';
import type { RowChange } from '../../../src/main/core/ports/migration-database.ts';
import { aBatchRow, aFileRow, aRecordRow } from '../../conformance/migration-rows.ts';
import { applyOne, changing } from '../../support/d1/values.ts';
import {
  aMigrationDatabase,
  type MigrationOnPostgres,
  recordsOf,
  theRecordOf,
} from '../../support/postgres/a-migration-database.ts';
import { defaultEdition } from '../../support/postgres/editions.ts';
import { aPostgresServer } from '../../support/postgres/start-postgres.ts';

const server = aPostgresServer({ settings: { log_statement: 'all' } });

/** The log and the flags of a server that was given to the tests are not theirs. */
const isGiven = defaultEdition.binPath === null;

const file = { r2Key: null, checksum: null, updatedAt: '2024-06-01 12:00:00', marks: null };
const reset = { status: 'rolled_back', completedAt: '2024-06-01 12:00:00', file };

async function withRecords(ids: readonly string[]): Promise<MigrationOnPostgres> {
  const migration = await aMigrationDatabase(server());
  await migration.insert(
    'file_migrations',
    ids.map((id) => aRecordRow(id)),
  );
  await migration.insert(
    'files',
    ids.map((id) => aFileRow(id)),
  );
  await migration.insert('migration_batches', [aBatchRow('b1')]);
  return migration;
}

async function resetsOf(migration: MigrationOnPostgres): Promise<readonly RowChange[]> {
  return (await recordsOf(migration.database)).map((record) => changing(record, reset));
}

async function apply(migration: MigrationOnPostgres, changes: readonly RowChange[]) {
  const writer = await migration.database.openWriter();
  try {
    return await writer.applyRowChanges(changes);
  } finally {
    await writer.close();
  }
}

describe('chunk', () => {
  test('in which two changes name one file row changes it for the first and finds it changed for the second', async () => {
    const migration = await withRecords(['1', '2']);
    await migration.run(`UPDATE file_migrations SET file_id = 'f-1'`);
    const [first, second] = await resetsOf(migration);
    const changes = [first ?? expect.unreachable(), second ?? expect.unreachable()];

    const results = await apply(migration, changes);

    expect(results).toMatchObject([
      { recordId: '1', result: 'applied' },
      { recordId: '2', result: 'conflict', found: { status: 'completed', file } },
    ]);
    expect(await migration.cell(`SELECT status FROM file_migrations WHERE id = '2'`)).toBe(
      'completed',
    );
  });

  test('in which a change goes on from the one before it on the same file row applies both', async () => {
    const migration = await withRecords(['1', '2']);
    await migration.run(`UPDATE file_migrations SET file_id = 'f-1'`);
    const [first, second] = await resetsOf(migration);
    if (first === undefined || second === undefined) throw new Error('two records were made');
    const onward = { ...file, r2Key: 'again' };

    const results = await apply(migration, [
      first,
      { ...second, before: { ...second.before, file }, after: { ...second.after, file: onward } },
    ]);

    expect(results.map(({ result }) => result)).toEqual(['applied', 'applied']);
    expect(await migration.cell(`SELECT r2_key FROM files WHERE id = 'f-1'`)).toBe('again');
  });

  test('in which a record comes twice changes it once', async () => {
    const migration = await withRecords(['1']);
    const [change] = await resetsOf(migration);

    const results = await apply(migration, [
      change ?? expect.unreachable(),
      change ?? expect.unreachable(),
    ]);

    expect(results.map(({ result }) => result)).toEqual(['applied', 'conflict']);
  });

  test.skipIf(isGiven)(
    'that nothing kept from its plan is two statements in one transaction',
    async () => {
      const migration = await withRecords(['1', '2', '3']);
      const changes = await resetsOf(migration);
      // The log comes through a pipe: what came before is known to be in it once this is.
      const mark = `SELECT 'from here'`;
      await migration.run(mark);
      await expect.poll(() => server().log()).toContain(mark);

      await apply(migration, changes);

      const logged = () => server().log().split(mark).at(-1) ?? '';
      await expect.poll(logged).toContain('COMMIT');
      expect(
        logged().match(/(?:statement|execute [^:]*): *(BEGIN|UPDATE|COMMIT|ROLLBACK)/g),
      ).toHaveLength(4);
    },
  );

  test('that waits for somebody else compares with what they committed', async () => {
    const migration = await withRecords(['1', '2']);
    const changes = await resetsOf(migration);
    await migration.run('BEGIN');
    await migration.run(`UPDATE files SET checksum = 'theirs' WHERE id = 'f-1'`);

    const applying = apply(migration, changes);
    await expect
      .poll(() => migration.cell(`SELECT count(*)::text FROM pg_locks WHERE NOT granted`))
      .toBe('1');
    await migration.run('COMMIT');

    expect((await applying).map(({ result }) => result)).toEqual(['conflict', 'applied']);
    expect(await migration.cell(`SELECT status FROM file_migrations WHERE id = '1'`)).toBe(
      'completed',
    );
  });

  test('that meets a deadlock is applied after all', async () => {
    const migration = await withRecords(['1', '2']);
    const changes = await resetsOf(migration);
    // Their side waits for ever, so that it is the writer's session which the server chooses to end the deadlock.
    await migration.run(`SET deadlock_timeout = '1min'`);
    await migration.run('BEGIN');
    await migration.run(`UPDATE files SET filename = 'theirs' WHERE id = 'f-2'`);
    const applying = apply(migration, changes);
    await expect
      .poll(() => migration.cell(`SELECT count(*)::text FROM pg_locks WHERE NOT granted`))
      .toBe('1');

    await migration.run(`UPDATE file_migrations SET error_message = 'theirs' WHERE id = '1'`);
    await migration.run('COMMIT');

    expect((await applying).map(({ result }) => result)).toEqual(['applied', 'applied']);
  });

  test('whose rows somebody else keeps locked gives up and has written nothing', async () => {
    const migration = await withRecords(['1']);
    const changes = await resetsOf(migration);
    await migration.run('BEGIN');
    await migration.run('LOCK TABLE files IN SHARE MODE');
    const patience = { limits: { ...quick } };

    const writer = await migration.openAs(patience).openWriter();
    await expect(writer.applyRowChanges(changes)).rejects.toMatchObject({
      code: 'DATABASE_TIMEOUT',
    });
    await migration.run('ROLLBACK');

    expect(await writer.applyRowChanges(changes)).toMatchObject([{ result: 'applied' }]);
    await writer.close();
  });
});

const quick = {
  connectTimeoutMs: 5_000,
  readStatementTimeoutMs: 0,
  writeStatementTimeoutMs: 10_000,
  lockTimeoutMs: 200,
  idleInTransactionTimeoutMs: 60_000,
};

/** A trigger function with the given body, and the trigger. */
async function withTrigger(on: string, body: string, when = 'AFTER'): Promise<MigrationOnPostgres> {
  const migration = await withRecords(['1']);
  await migration.run(
    `CREATE FUNCTION act() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF pg_trigger_depth() > 1 THEN RETURN NEW; END IF; ${body} END $$`,
  );
  await migration.run(
    `CREATE TRIGGER t ${when} UPDATE ON ${on} FOR EACH ROW EXECUTE FUNCTION act()`,
  );
  return migration;
}

describe('trigger', () => {
  test.for([
    ['changes the row', 'files', `NEW.updated_at := '2000-01-01'; RETURN NEW;`, 'BEFORE'],
    ['keeps the row from being changed', 'files', 'RETURN NULL;', 'BEFORE'],
    [
      'changes the record after the file row',
      'files',
      `UPDATE file_migrations SET status = 'x' WHERE file_id = NEW.id; RETURN NULL;`,
      'AFTER',
    ],
    [
      'removes the record',
      'files',
      'DELETE FROM file_migrations WHERE file_id = NEW.id; RETURN NULL;',
      'AFTER',
    ],
    ['raises an error', 'files', `RAISE EXCEPTION 'no';`, 'BEFORE'],
  ] as const)('that %s leaves both rows as they were', async ([, on, body, when]) => {
    const migration = await withTrigger(on, body, when);
    const record = await theRecordOf(migration.database);

    const result = applyOne(migration.database, changing(record, reset));

    await expect(result).rejects.toMatchObject({ code: 'DATABASE_FAILED' });
    expect(await theRecordOf(migration.database)).toEqual(record);
  });

  test('that interferes is named', async () => {
    const migration = await withTrigger('files', 'RETURN NULL;', 'BEFORE');
    const record = await theRecordOf(migration.database);

    const result = applyOne(migration.database, changing(record, reset));

    await expect(result).rejects.toMatchObject({
      details: { recordId: '1', triggers: ['files.t'] },
      message: expect.stringContaining('files.t') as string,
    });
  });

  test('that changes a batch row further leaves it as it was', async () => {
    const migration = await withTrigger(
      'migration_batches',
      'NEW.failed_files := 9; RETURN NEW;',
      'BEFORE',
    );
    const reader = await migration.database.openReader();
    const before = (await reader.readBatchValues(['b1'])).get('b1') ?? expect.unreachable();
    const writer = await migration.database.openWriter();

    const change = { batchId: 'b1', before, after: { ...before, completedFiles: 0 } };
    await expect(writer.applyBatchChanges([change])).rejects.toMatchObject({
      code: 'DATABASE_FAILED',
      details: { batchId: 'b1', triggers: ['migration_batches.t'] },
    });

    expect((await reader.readBatchValues(['b1'])).get('b1')).toEqual(before);
    await Promise.all([reader.close(), writer.close()]);
  });

  test.for([
    ['a rule', 'CREATE RULE r AS ON UPDATE TO files DO ALSO SELECT 1', ['files.r']],
    [
      'a trigger of a partition',
      `CREATE TABLE part () INHERITS (files); CREATE TRIGGER p AFTER UPDATE ON part EXECUTE FUNCTION f()`,
      ['files.p'],
    ],
    [
      'a statement trigger',
      'CREATE TRIGGER s AFTER UPDATE ON files EXECUTE FUNCTION f()',
      ['files.s'],
    ],
    [
      'a disabled trigger',
      'CREATE TRIGGER d AFTER UPDATE ON files EXECUTE FUNCTION f(); ALTER TABLE files DISABLE TRIGGER d',
      [],
    ],
    ['a trigger on INSERT', 'CREATE TRIGGER i AFTER INSERT ON files EXECUTE FUNCTION f()', []],
    [
      'a foreign key that carries a reset on to other rows',
      'ALTER TABLE files ADD UNIQUE (r2_key); CREATE TABLE thumbs (k TEXT CONSTRAINT fk REFERENCES files (r2_key) ON UPDATE SET NULL)',
      ['files.fk (foreign key of thumbs, ON UPDATE SET NULL)'],
    ],
    [
      'a foreign key that refuses it',
      'ALTER TABLE files ADD UNIQUE (r2_key); CREATE TABLE thumbs (k TEXT REFERENCES files (r2_key))',
      [],
    ],
    [
      'a foreign key',
      'ALTER TABLE file_migrations ADD FOREIGN KEY (file_id) REFERENCES files (id) ON UPDATE CASCADE',
      [],
    ],
  ] as const)('list takes %s for what it is', async ([, statement, expected]) => {
    const migration = await aMigrationDatabase(server());
    await migration.run(
      'CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$',
    );
    await migration.run(statement);

    expect((await migration.database.describe()).triggers).toEqual(expected);
  });
});
