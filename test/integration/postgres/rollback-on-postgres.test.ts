import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { FileSpec } from '../../support/migration/a-migration.ts';
import {
  aPostgresMigration,
  type PostgresMigration,
} from '../../support/migration/a-postgres-migration.ts';
import { drained, errorOf, openApp, type TestApp } from '../../support/migration/open-app.ts';
import { postgresEditions } from '../../support/postgres/editions.ts';
import { aPostgresServer, type TestDatabase } from '../../support/postgres/start-postgres.ts';
import { startR2, type TestR2 } from '../../support/r2/start-r2.ts';
import { jsonOf } from '../cli/spawn-cli.ts';

let r2: TestR2;
let migration: PostgresMigration;
let app: TestApp | undefined;

beforeAll(async () => {
  r2 = await startR2();
});
afterAll(() => r2.stop());
afterEach(async () => {
  await app?.close();
  app = undefined;
  migration.remove();
});

const specs: readonly FileSpec[] = [
  { id: '1' },
  { id: '9007199254740993', status: 'verified' },
  { id: '3', status: 'failed' },
  { id: '4', original: null },
  { id: '5', batchId: 'b-2' },
];

/** Alters the reference tables into what an application could have made instead. */
const variants: Readonly<Record<string, (database: TestDatabase) => Promise<unknown>>> = {
  'the reference tables': () => Promise.resolve(),
  'a schema of its own, numeric keys, an enum and times of three types': (database) =>
    database.run(`
      CREATE SCHEMA "My App";
      CREATE TYPE "My App".state AS ENUM ('pending', 'completed', 'verified', 'failed', 'rolled_back');
      ALTER TABLE files ALTER id TYPE bigint USING id::bigint, ALTER updated_at DROP DEFAULT,
        ALTER updated_at TYPE bigint USING extract(epoch FROM updated_at) * 1000;
      ALTER TABLE file_migrations ALTER status DROP DEFAULT,
        ALTER status TYPE "My App".state USING status::"My App".state,
        ALTER completed_at TYPE timestamptz USING (completed_at + interval '123456 microseconds') AT TIME ZONE 'Asia/Kolkata';
      ALTER TABLE migration_batches ALTER completed_at TYPE text;
      ALTER TABLE files SET SCHEMA "My App";
      ALTER TABLE file_migrations SET SCHEMA "My App";
      ALTER TABLE migration_batches SET SCHEMA "My App";
      ALTER DATABASE "${database.name}" SET search_path = "My App", public`),
  'a partitioned file table': (database) =>
    database.run(`
      ALTER TABLE files RENAME TO plain;
      CREATE TABLE files (LIKE plain, PRIMARY KEY (id)) PARTITION BY HASH (id);
      CREATE TABLE files_0 PARTITION OF files FOR VALUES WITH (MODULUS 2, REMAINDER 0);
      CREATE TABLE files_1 PARTITION OF files FOR VALUES WITH (MODULUS 2, REMAINDER 1);
      INSERT INTO files SELECT * FROM plain;
      DROP TABLE plain`),
};

for (const edition of postgresEditions) {
  describe(`rollback on PostgreSQL ${edition.name}`, () => {
    const server = aPostgresServer({ edition });

    test.for(Object.entries(variants))(
      'of the rows of a migration in %s is taken back from its snapshot exactly',
      async ([, vary]) => {
        const database = await server().createDatabase();
        migration = await aPostgresMigration(r2, database, specs);
        await vary(database);
        app = await openApp(migration.env());
        const before = await migration.world();
        const run = await app.run(await app.plan({ batchId: 'b-1', mode: 'database-only' }));
        const rolledBack = await migration.world();

        const restored = await app.run(await app.planRestore(run.snapshotId ?? ''));
        const again = await migration.world();
        const undone = await app.run(await app.planUndo(restored.runId));

        expect(restored).toMatchObject({ state: 'succeeded', verification: { passed: true } });
        expect(again).toEqual(before);
        expect(undone.state).toBe('succeeded');
        expect(await migration.world()).toEqual(rolledBack);
      },
    );

    test.for(Object.entries(variants))(
      'of a migration in %s resets rows and objects, verifies, and is taken back exactly',
      async ([, vary]) => {
        const database = await server().createDatabase();
        migration = await aPostgresMigration(r2, database, specs);
        await vary(database);
        app = await openApp(migration.env());
        const before = await migration.world();

        const run = await app.run(await app.plan({ batchId: 'b-1' }));
        const rolledBack = await migration.world();
        const verified = await app.client.run.verify({ runId: run.plan.runId });
        const undone = await app.run(await app.planUndo(run.plan.runId));

        expect(run).toMatchObject({ state: 'succeeded', counts: { planned: 3, done: 3, held: 1 } });
        expect(Object.values(rolledBack.objects).toSorted()).toEqual([
          'content of 4',
          'content of 5',
        ]);
        expect(rolledBack.quarantined).toHaveLength(2);
        expect(verified.passed).toBe(true);
        expect(undone).toMatchObject({ state: 'succeeded', counts: { planned: 3, done: 3 } });
        expect(withoutQuarantine(await migration.world())).toEqual(withoutQuarantine(before));
      },
    );
  });
}

function withoutQuarantine<T extends { readonly quarantined: unknown }>(
  world: T,
): Omit<T, 'quarantined'> {
  return { ...world, quarantined: undefined };
}

describe('rollback on the command line', () => {
  const server = aPostgresServer();

  test('plans, executes, verifies and takes back a migration in PostgreSQL', async () => {
    const database = await server().createDatabase();
    migration = await aPostgresMigration(r2, database, specs);
    const settings = { env: migration.env() };
    const before = await migration.world();

    const { runFile, planDigest, planId } = await jsonOf('plan', ['--batch-id', 'b-1'], settings);
    expect(await migration.world()).toEqual(before);
    const ran = await jsonOf(
      'rollback',
      ['--plan', runFile, '--plan-digest', planDigest, '--confirm'],
      settings,
    );
    const verified = await jsonOf('verify', [planId], settings);
    const undone = await jsonOf('undo', [planId, '--confirm', '--force'], settings);

    expect(ran).toMatchObject({ result: 'succeeded', counts: { done: 3 } });
    expect(verified.verification.passed).toBe(true);
    expect(undone).toMatchObject({ result: 'succeeded' });
    expect(withoutQuarantine(await migration.world())).toEqual(withoutQuarantine(before));
  });
});

describe('a plan on PostgreSQL', () => {
  const server = aPostgresServer();

  test('runs at no other address than the one it was made at: a copy of a server calls itself the same', async () => {
    migration = await aPostgresMigration(r2, await server().createDatabase(), specs);
    app = await openApp(migration.env());
    const plan = await app.plan({ batchId: 'b-1' });
    const before = await migration.world();
    await app.close();
    app = await openApp({ ...migration.env(), POSTGRES_HOST: 'localhost' });

    const refused = await errorOf(app.run(plan));

    expect(refused).toMatchObject({
      code: 'PLAN_TARGET_MISMATCH',
      message: expect.stringMatching(
        /made at 127\.0\.0\.1:.*at localhost:.*cannot be told apart/,
      ) as unknown,
    });
    expect(await migration.world()).toEqual(before);
  });

  test('goes on at no other address either', async () => {
    migration = await aPostgresMigration(r2, await server().createDatabase(), specs);
    app = await openApp(migration.env());
    const plan = await app.plan({ batchId: 'b-1' });
    const { runId, digest, confirmationPhrase: confirmation } = plan;
    await app.client.run.start({ runId, digest, confirmation, stages: [{ files: 1 }] });
    await drained(await app.client.run.watch({ runId }));
    const waiting = await migration.world();
    await app.close();
    app = await openApp({ ...migration.env(), POSTGRES_HOST: 'localhost' });

    const refused = await errorOf(app.client.run.resume({ runId }));

    expect(refused).toMatchObject({ code: 'PLAN_TARGET_MISMATCH' });
    expect((await app.client.run.get({ runId })).state).toBe('at-checkpoint');
    expect(await migration.world()).toEqual(waiting);
  });
});
