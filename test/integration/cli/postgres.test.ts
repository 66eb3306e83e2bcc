import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { World } from '../../support/migration/a-migration.ts';
import {
  aPostgresMigration,
  type PostgresMigration,
} from '../../support/migration/a-postgres-migration.ts';
import { aPostgresServer, type TestDatabase } from '../../support/postgres/start-postgres.ts';
import { startR2, type TestR2 } from '../../support/r2/start-r2.ts';
import { type CliSettings, errorOf, jsonOf, runCli } from './spawn-cli.ts';

const FILES = [
  { id: 'a' },
  { id: 'b', status: 'verified' },
  { id: 'gone', original: null },
  { id: 'other', batchId: 'b-2' },
] as const;

describe('the command line on PostgreSQL', () => {
  const server = aPostgresServer();
  let r2: TestR2;
  let database: TestDatabase;
  let migration: PostgresMigration;
  let before: World;

  beforeAll(async () => {
    r2 = await startR2();
  });
  afterAll(() => r2.stop());
  beforeEach(async () => {
    database = await server().createDatabase();
    migration = await aPostgresMigration(r2, database, FILES);
    before = await migration.world();
  });
  afterEach(() => {
    migration.remove();
  });

  function settings(change: Readonly<Record<string, string>> = {}): CliSettings {
    return { env: { ...migration.env(), ...change } };
  }

  test('rolls a batch back by its digest, verifies, and takes it back bit for bit', async () => {
    const planned = await jsonOf('plan', ['--batch-id', 'b-1'], settings());
    expect(await migration.world()).toEqual(before);

    const ran = await jsonOf(
      'rollback',
      ['--plan', planned.runFile, '--plan-digest', planned.planDigest, '--confirm'],
      settings(),
    );

    expect(ran).toMatchObject({ result: 'succeeded', counts: { done: 2, held: 1, failed: 0 } });
    const after = await migration.world();
    expect(Object.values(after.objects).toSorted()).toEqual([
      'content of gone',
      'content of other',
    ]);
    expect(after.quarantined).toHaveLength(2);
    const verified = await jsonOf('verify', [planned.planId], settings());
    expect(verified.verification.passed).toBe(true);
    await jsonOf('undo', [planned.planId, '--confirm', '--force'], settings());
    expect({ ...(await migration.world()), quarantined: [] }).toEqual(before);
  });

  test('keeps account of objects without rows until they are closed, and reconcile agrees', async () => {
    const args = ['--batch-id', 'b-2', '--database-only', '--confirm', '--force'];
    const { runId } = await jsonOf('rollback', args, settings());

    const open = await jsonOf('debts list', [], settings());
    expect(open.debts).toMatchObject([{ runId, kind: 'orphan-objects', openCount: 1 }]);
    await jsonOf('debts close', [runId, '--confirm', '--force'], settings());

    const closed = await jsonOf('debts list', [], settings());
    expect(closed.debts).toMatchObject([{ runId, state: 'closed', openCount: 0 }]);
    const { stdout } = await runCli(['reconcile'], settings());
    const [folder = ''] = Object.keys(before.objects)[0]?.split('/') ?? [];
    expect(stdout).toMatch(/^Reconcile of /m);
    expect(stdout).not.toContain(`${folder}/`);
  });

  test.each([
    ['POSTGRES_PASSWORD', 'not-the-password', 'DATABASE_CREDENTIALS_REJECTED', 'POSTGRES_PASSWORD'],
    ['POSTGRES_PASSWORD', '', 'DATABASE_CREDENTIALS_REJECTED', 'Set POSTGRES_PASSWORD'],
    ['POSTGRES_PORT', '1', 'DATABASE_UNREACHABLE', 'POSTGRES_PORT'],
    ['POSTGRES_DB', 'no_such_database', 'DATABASE_NOT_FOUND', 'POSTGRES_DB'],
    ['POSTGRES_DB', 'postgres', 'DATABASE_SCHEMA_MISSING', 'name of the database'],
    ['POSTGRES_SCHEMA', 'no_such_schema', 'DATABASE_SCHEMA_MISSING', 'POSTGRES_SCHEMA to public'],
  ])('ends at once with a hint when %s is "%s": %s', async (name, value, code, hint) => {
    const startedMs = performance.now();

    const error = await errorOf('status', [], settings({ [name]: value }));

    expect(error).toMatchObject({
      code,
      exitCode: 3,
      hint: expect.stringContaining(hint) as string,
    });
    expect(JSON.stringify(error)).not.toContain('not-the-password');
    expect(JSON.stringify(error)).not.toContain(database.connection.password);
    // The server hangs up on a client that says nothing after a minute.
    expect(performance.now() - startedMs).toBeLessThan(15_000);
  });

  test('refuses to reach another machine without TLS before it connects', async () => {
    const change = { POSTGRES_HOST: 'db.example.com', POSTGRES_SSLMODE: 'disable' };

    expect(await errorOf('status', [], settings(change))).toMatchObject({
      code: 'CONFIG_INVALID',
      exitCode: 2,
      hint: expect.stringContaining('verify-full') as string,
    });
  });

  test('says in preflight once what keeps it from the database', async () => {
    const { preflight } = await jsonOf('preflight', [], {
      ...settings({ POSTGRES_PORT: '1' }),
      exitCode: 3,
    });

    const failed = preflight.lines.filter((check) => check.state === 'failed');
    expect(failed.map((check) => check.name)).toEqual(['database.reachable']);
  });

  test('shows the sandbox with none of the settings of a configured database', async () => {
    const change = { UNWIND_MAX_FILES: '10' };
    await jsonOf('sandbox create', [], settings(change));

    const shown = await jsonOf('config show', ['--target', 'sandbox'], settings(change));
    await jsonOf('sandbox stop', [], settings(change));

    const names = shown.values.filter(({ source }) => source === 'environment');
    expect(names.map(({ name }) => name)).toEqual(['UNWIND_HOME']);
  });
});
