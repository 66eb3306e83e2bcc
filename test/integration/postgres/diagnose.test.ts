import { describe, expect, test } from 'vitest';
import type { MigrationDatabase } from '../../../src/main/core/ports/migration-database.ts';
import type { Check } from '../../../src/shared/domain/check.ts';
import { aRecordRow } from '../../conformance/migration-rows.ts';
import {
  aMigrationDatabase,
  type MigrationOnPostgres,
} from '../../support/postgres/a-migration-database.ts';
import { defaultEdition } from '../../support/postgres/editions.ts';
import { aPostgresServer } from '../../support/postgres/start-postgres.ts';

const server = aPostgresServer({ settings: { max_prepared_transactions: '5' } });

/** The log and the flags of a server that was given to the tests are not theirs. */
const isGiven = defaultEdition.binPath === null;

async function checkOf(database: MigrationDatabase, name: string): Promise<Check> {
  const found = (await database.diagnose()).find((one) => one.name === name);
  return found ?? expect.unreachable(`no check ${name}`);
}

async function guest(migration: MigrationOnPostgres, grants: string): Promise<MigrationDatabase> {
  const role = `guest_${migration.test.name}`;
  await migration.run(`CREATE ROLE ${role} LOGIN PASSWORD 'guest'`);
  if (grants !== '') await migration.run(`GRANT ${grants} TO ${role}`);
  return migration.openAs({ user: role, password: 'guest' });
}

describe('diagnosis', () => {
  test('of a sound database finds nothing, each condition under its name', async () => {
    const { database, insert } = await aMigrationDatabase(server());
    await insert('file_migrations', [aRecordRow('1')]);

    const checks = await database.diagnose();

    expect(checks.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'database.reachable ok',
      'database.version ok',
      'database.encryption ok',
      'database.primary ok',
      'database.clock ok',
      'database.row-security ok',
      'database.tables ok',
      'database.mapping ok',
      'database.read-only ok',
      'database.rights ok',
      'database.unique-keys ok',
      'database.values ok',
      'database.index.record-id ok',
      'database.index.record-batch ok',
      'database.index.file-id ok',
      'database.index.batch-id ok',
      'database.triggers ok',
      'database.locks ok',
      'database.prepared-transactions ok',
      'database.replication ok',
    ]);
    expect(checks.find(({ name }) => name === 'database.read-only')?.finding).toContain('25006');
  });

  test('of a server that is not there fails once and skips the rest', async () => {
    const { openAs } = await aMigrationDatabase(server());

    const [reachable, ...others] = await openAs({ port: 1 }).diagnose();

    expect(reachable).toMatchObject({ name: 'database.reachable', state: 'failed' });
    expect(new Set(others.map(({ state }) => state))).toEqual(new Set(['skipped']));
  });

  test('of a database without the tables names what is missing', async () => {
    const { database, run } = await aMigrationDatabase(server());
    await run('DROP TABLE files');

    expect(await checkOf(database, 'database.tables')).toMatchObject({
      state: 'failed',
      finding: expect.stringContaining('table files') as string,
    });
    expect(await checkOf(database, 'database.rights')).toMatchObject({ state: 'skipped' });
  });

  test('names the rights that the role lacks, with the GRANT', async () => {
    const migration = await aMigrationDatabase(server());
    const database = await guest(
      migration,
      'SELECT ON ALL TABLES IN SCHEMA public TO PUBLIC; GRANT UPDATE ON file_migrations',
    );
    await migration.run(`GRANT UPDATE (r2_key, checksum) ON files TO PUBLIC`);

    const rights = await checkOf(database, 'database.rights');

    expect(rights.state).toBe('failed');
    expect(rights.statement).toBe(
      `GRANT UPDATE ("updated_at") ON "public"."files" TO guest_${migration.test.name}; ` +
        `GRANT UPDATE ("completed_files", "failed_files", "verified_files", "status", "completed_at") ON "public"."migration_batches" TO guest_${migration.test.name};`,
    );
  });

  test('fails where a policy hides rows', async () => {
    const migration = await aMigrationDatabase(server());
    const database = await guest(migration, 'SELECT, UPDATE ON ALL TABLES IN SCHEMA public');
    await migration.run('ALTER TABLE files ENABLE ROW LEVEL SECURITY');

    expect(await checkOf(database, 'database.row-security')).toMatchObject({
      state: 'failed',
      fix: expect.stringContaining('BYPASSRLS') as string,
    });
  });

  test.for([
    ['NOT NULL', 'ALTER TABLE files ALTER r2_key SET NOT NULL', 'files.r2_key is NOT NULL'],
    ['a length', 'ALTER TABLE file_migrations ALTER status TYPE varchar(9)', 'too short'],
    [
      'an enum',
      `CREATE TYPE mood AS ENUM ('completed'); ALTER TABLE file_migrations ALTER status DROP DEFAULT, ALTER status TYPE mood USING 'completed'`,
      'no label rolled_back',
    ],
    [
      'a CHECK',
      `ALTER TABLE file_migrations ADD CONSTRAINT known CHECK (status IN ('completed', 'failed'))`,
      'CHECK known',
    ],
  ] as const)('fails where %s refuses what a rollback writes', async ([, statement, finding]) => {
    const { database, run } = await aMigrationDatabase(server());
    await run(statement);

    expect(await checkOf(database, 'database.values')).toMatchObject({
      state: 'failed',
      finding: expect.stringContaining(finding) as string,
    });
  });

  test('warns of a large table without the index, with a statement that makes it', async () => {
    const { database, run } = await aMigrationDatabase(server());
    await run(
      `INSERT INTO file_migrations (id, batch_id) SELECT n::text, 'b' FROM generate_series(1, 1000) AS n`,
    );

    const missing = await checkOf(database, 'database.index.record-batch');
    expect(missing).toMatchObject({
      state: 'warning',
      statement:
        'CREATE INDEX CONCURRENTLY "file_migrations_batch_id_idx" ON "public"."file_migrations" ("batch_id");',
    });
    await run(missing.statement ?? '');

    expect(await checkOf(database, 'database.index.record-batch')).toMatchObject({ state: 'ok' });
  });

  test('warns of a session that holds a lock which a run would wait for', async () => {
    const { database, run } = await aMigrationDatabase(server());
    await run('BEGIN');
    await run('LOCK TABLE files IN SHARE MODE');

    expect(await checkOf(database, 'database.locks')).toMatchObject({
      state: 'warning',
      finding: expect.stringContaining('ShareLock on files') as string,
      statement: expect.stringMatching(/^SELECT pg_terminate_backend\(\d+\);$/) as string,
    });
    await run('ROLLBACK');
  });

  test('does not take a reader or a short writer for an obstacle', async () => {
    const { database, run } = await aMigrationDatabase(server());
    await run('BEGIN');
    await run(`UPDATE files SET checksum = 'x'`);

    expect(await checkOf(database, 'database.locks')).toMatchObject({ state: 'ok' });
    await run('ROLLBACK');
  });

  test.skipIf(isGiven)('warns of a prepared transaction that holds a table', async () => {
    const { database, run } = await aMigrationDatabase(server());
    await run('BEGIN');
    await run(`UPDATE files SET checksum = 'x'`);
    await run(`PREPARE TRANSACTION 'left behind'`);

    expect(await checkOf(database, 'database.prepared-transactions')).toMatchObject({
      state: 'warning',
      finding: expect.stringContaining('left behind') as string,
      statement: `ROLLBACK PREPARED 'left behind';`,
    });
    await run(`ROLLBACK PREPARED 'left behind'`);
  });

  test('warns of triggers', async () => {
    const { database, run } = await aMigrationDatabase(server());
    await run('CREATE RULE r AS ON UPDATE TO files DO ALSO SELECT 1');

    expect(await checkOf(database, 'database.triggers')).toMatchObject({
      state: 'warning',
      finding: expect.stringContaining('files.r') as string,
    });
  });
});
