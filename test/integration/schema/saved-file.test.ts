import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { PlanSummary } from '../../../src/shared/domain/plan.ts';
import {
  aMigration,
  type FileSpec,
  type TestMigration,
} from '../../support/migration/a-migration.ts';
import {
  asSavedFiles,
  type SavedFileRecords,
  savedFileRows,
} from '../../support/migration/as-saved-files.ts';
import { startInChild } from '../../support/migration/in-child.ts';
import { errorOf, openApp, type TestApp } from '../../support/migration/open-app.ts';
import { startR2, type TestR2 } from '../../support/r2/start-r2.ts';

const specs: readonly FileSpec[] = [
  { id: 'a' },
  { id: 'b', status: 'verified' },
  { id: 'broken', status: 'failed' },
  { id: 'other', batchId: 'b-2' },
];

let r2: TestR2;
let migration: TestMigration;
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

async function given(records: SavedFileRecords): Promise<TestApp> {
  migration = await aMigration(r2, specs);
  asSavedFiles(migration, records);
  app = await openApp(migration.env);
  return app;
}

const noMarks = {
  r2_key: null,
  checksum: null,
  migrated_at: null,
  migration_status: null,
  migration_batch_id: null,
};

describe.each(['whole', 'sparse'] as const)('saved-file migration with %s records', (records) => {
  test('is planned, run, verified and undone, with the five columns reset and restored', async () => {
    const { plan, run, planUndo, client } = await given(records);
    const rows = savedFileRows(migration);
    const { objects } = await objectsOf();

    const done = await run(await plan({ batchId: 'b-1' }));

    const after = savedFileRows(migration);
    expect(done).toMatchObject({ state: 'succeeded', counts: { planned: 3, done: 3, drifted: 0 } });
    expect(after['list_cutter_savedfile']).toMatchObject([
      { id: 'a', ...noMarks },
      { id: 'b', ...noMarks },
      { id: 'broken' },
      rows['list_cutter_savedfile']?.[3],
    ]);
    expect(after['file_migration_records']).toMatchObject([
      { status: 'rolled_back' },
      { status: 'rolled_back' },
      { status: 'rolled_back' },
      rows['file_migration_records']?.[3],
    ]);
    expect(after['file_migration_batches']).toMatchObject([
      { batch_id: 'b-1', status: 'rolled_back', completed_files: 0, failed_files: 0 },
      rows['file_migration_batches']?.[1],
    ]);
    expect((await objectsOf()).objects).toEqual({ [migration.keyOf('other')]: 'content of other' });

    const verification = await client.run.verify({ runId: done.runId });
    expect(verification).toMatchObject({ passed: true });

    const undone = await run(await planUndo(done.runId));

    expect(undone).toMatchObject({ state: 'succeeded', counts: { drifted: 0 } });
    expect(savedFileRows(migration)).toEqual(rows);
    expect((await objectsOf()).objects).toEqual(objects);
  });

  test('keeps its objects with --database-only, and says where the keys are afterwards', async () => {
    const { plan, run } = await given(records);

    const planned = await plan({ full: true, mode: 'database-only' });
    const done = await run(planned);

    expect(planned.findings).toContainEqual(
      expect.objectContaining({
        code: 'orphans-left',
        fix: expect.stringContaining(
          records === 'whole' ? '--r2-only' : 'only the run file knows them',
        ) as unknown,
      }),
    );
    expect(done.state).toBe('succeeded');
    expect(Object.keys((await objectsOf()).objects)).toHaveLength(3);
  });
});

describe('saved-file migration', () => {
  test('is named in the plan, with the rehearsal that made it trusted', async () => {
    const { plan } = await given('whole');

    const { findings } = await plan({ full: true });

    expect(findings).toContainEqual(
      expect.objectContaining({
        code: 'schema-variant',
        severity: 'info',
        message: expect.stringMatching(
          /tracked in file_migration_batches, file_migration_records and list_cutter_savedfile\..*Rehearsed on a copy of 4 records, 4 file rows and 2 batch rows/,
        ) as unknown,
      }),
    );
  });

  test('resets the marks of a failed attempt, once where two records tried the same file', async () => {
    const { plan, run, planUndo } = await given('whole');
    migration.sql(`UPDATE list_cutter_savedfile SET migration_status = 'failed', migration_batch_id = 'b-1'
      WHERE id = 'broken'`);
    migration.sql(`INSERT INTO file_migration_records (id, batch_id, file_id, source_path, status)
      VALUES ('rec-again', 'b-1', 'broken', 'uploads/broken.txt', 'failed')`);
    const rows = savedFileRows(migration);

    const done = await run(await plan({ batchId: 'b-1' }));

    const [, , broken] = savedFileRows(migration)['list_cutter_savedfile'] ?? [];
    expect(done).toMatchObject({ state: 'succeeded', counts: { done: 4, drifted: 0 } });
    expect(broken).toMatchObject(noMarks);

    await run(await planUndo(done.runId));

    expect(savedFileRows(migration)).toEqual(rows);
  });

  test('resets the marks of a failed attempt once, too, when the rows of an objects-only rollback follow', async () => {
    const { plan, run, client } = await given('whole');
    migration.sql(`UPDATE list_cutter_savedfile SET migration_status = 'failed', migration_batch_id = 'b-1'
      WHERE id = 'broken'`);
    const again = `${migration.keyOf('broken')}-again`;
    for (const key of [migration.keyOf('broken'), again]) {
      await r2.put({ key, body: 'content of broken', contentType: 'text/plain' });
    }
    migration.sql(`INSERT INTO file_migration_records (id, batch_id, file_id, source_path, target_r2_key, status)
      SELECT 'rec-again', batch_id, file_id, source_path, '${again}', status
      FROM file_migration_records WHERE file_id = 'broken'`);
    const objectsOnly = await run(await plan({ batchId: 'b-1', mode: 'r2-only' }));
    expect(objectsOnly).toMatchObject({ state: 'succeeded', counts: { done: 4 } });

    const closed = await run(await closing(client, objectsOnly.runId));

    expect(closed).toMatchObject({ state: 'succeeded', counts: { done: 4, drifted: 0 } });
    const [, , broken] = savedFileRows(migration)['list_cutter_savedfile'] ?? [];
    expect(broken).toMatchObject(noMarks);
  });

  test('takes no row for its own that somebody else rolled back, where no column says when', async () => {
    const { plan, resume } = await given('sparse');
    const planned = await plan({ batchId: 'b-1' });
    await startInChild(migration.env, planned, 'run.after-begin');
    migration.sql(
      "UPDATE file_migration_records SET status = 'rolled_back' WHERE saved_file_id = 'a'",
    );
    migration.sql(`UPDATE list_cutter_savedfile SET r2_key = NULL, checksum = NULL, migrated_at = NULL,
      migration_status = NULL, migration_batch_id = NULL WHERE id = 'a'`);

    const resumed = await resume(planned.runId);

    expect(resumed).toMatchObject({ state: 'partial', counts: { done: 2, drifted: 1 } });
    expect((await objectsOf()).objects).toHaveProperty([migration.keyOf('a')]);
  });

  test('refuses a plan once the marks of a planned row moved', async () => {
    const { plan, run } = await given('whole');
    const planned = await plan({ batchId: 'b-1' });
    migration.sql(`UPDATE list_cutter_savedfile SET migration_status = 'moved' WHERE id = 'a'`);

    const refused = await errorOf(run(planned));

    expect(refused.code).toBe('PLAN_STALE');
  });

  test('is refused before any plan where a constraint forbids what a rollback writes', async () => {
    migration = await aMigration(r2, specs);
    asSavedFiles(migration, 'whole');
    migration.sql('ALTER TABLE file_migration_records RENAME TO loose');
    migration.sql(`CREATE TABLE file_migration_records (id TEXT PRIMARY KEY, batch_id TEXT, file_id TEXT, source_path TEXT,
      target_r2_key TEXT, status TEXT CHECK (status IN ('pending', 'completed', 'verified', 'failed')))`);
    migration.sql(`INSERT INTO file_migration_records
      SELECT id, batch_id, file_id, source_path, target_r2_key, status FROM loose`);
    app = await openApp(migration.env);

    const refused = await errorOf(app.plan({ full: true }));

    expect(refused).toMatchObject({ code: 'MAPPING_INVALID', exitCode: 2 });
    expect(refused.message).toContain('SQLITE_CONSTRAINT_CHECK');
  });
});

async function closing(client: TestApp['client'], runId: string): Promise<PlanSummary> {
  for await (const event of await client.debt.createClose({ runId })) {
    if (event.kind === 'created') return event.plan;
  }
  throw new Error('Planning ended without a plan.');
}

async function objectsOf(): Promise<{ readonly objects: Readonly<Record<string, string>> }> {
  const prefix = migration.keyOf('');
  const keys = (await r2.keys()).filter((key) => key.startsWith(prefix));
  const entries = await Promise.all(keys.map(async (key) => [key, await r2.read(key)] as const));
  return { objects: Object.fromEntries(entries.map(([key, body]) => [key, body ?? ''])) };
}
