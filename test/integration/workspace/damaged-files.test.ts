import { mkdirSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { aMigration, type TestMigration } from '../../support/migration/a-migration.ts';
import { errorOf, openApp, type TestApp } from '../../support/migration/open-app.ts';
import { startR2, type TestR2 } from '../../support/r2/start-r2.ts';

const REPORT_ID = '01JD000000000000000000000A';

let r2: TestR2;
let migration: TestMigration;
let app: TestApp;

beforeAll(async () => {
  r2 = await startR2();
});
afterAll(() => r2.stop());
beforeEach(async () => {
  migration = await aMigration(r2, [{ id: 'a' }]);
  app = await openApp(migration.env);
});
afterEach(async () => {
  await app.close();
  migration.remove();
});

async function aReport(): Promise<{ readonly reportId: string; readonly file: string }> {
  for await (const event of await app.client.reconcile.create({})) {
    if (event.kind === 'finished') return event.report;
  }
  throw new Error('The reconcile ended without a report.');
}

describe('the database of the workspace', () => {
  test.each([
    [
      'no SQLite file',
      (path: string) => {
        writeFileSync(path, 'something else '.repeat(100));
      },
    ],
    [
      'that of another program',
      (path: string) => {
        const other = new Database(path);
        other.exec('CREATE TABLE other (id); PRAGMA application_id = 7');
        other.close();
      },
    ],
  ])('is refused when it is %s, with the way to have it made again', async (_what, damage) => {
    mkdirSync(migration.home, { recursive: true });
    damage(join(migration.home, 'workspace.sqlite'));

    const error = await errorOf(app.client.debt.list({}));

    expect(error.code).toBe('LEDGER_INVALID');
    expect(error.hint).toContain('made again from the run files');
  });

  test('keeps every run from starting when it is damaged, until it is moved away: safe mode is in it', async () => {
    mkdirSync(migration.home, { recursive: true });
    const path = join(migration.home, 'workspace.sqlite');
    writeFileSync(path, 'something else '.repeat(100));
    const plan = await app.plan({ full: true, mode: 'database-only' });

    const error = await errorOf(app.run(plan));
    rmSync(path);

    expect(error).toMatchObject({ code: 'LEDGER_INVALID' });
    expect(await app.run(plan)).toMatchObject({ state: 'succeeded', error: null });
  });
});

describe('a reconcile report', () => {
  test('that was cut short is refused by name and hides no other', async () => {
    const damaged = await aReport();
    truncateSync(damaged.file, Math.floor(statSync(damaged.file).size / 2));
    const whole = await aReport();

    const error = await errorOf(app.client.reconcile.get({ reportId: damaged.reportId }));

    expect(error.code).toBe('REPORT_INVALID');
    const { reports } = await app.client.reconcile.list({});
    expect(reports.map(({ reportId }) => reportId)).toContain(whole.reportId);
  });

  test('of another kind or layout is refused', async () => {
    const folder = join(migration.home, 'reconciles');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${REPORT_ID}.sqlite`), 'something else '.repeat(100));

    const error = await errorOf(app.client.reconcile.get({ reportId: REPORT_ID }));

    expect(error.code).toBe('REPORT_INVALID');
    expect((await app.client.reconcile.list({})).reports).toEqual([]);
  });

  test('is one file when it is finished, with nothing beside it', async () => {
    const { reportId } = await aReport();

    expect(readdirSync(join(migration.home, 'reconciles'))).toEqual([`${reportId}.sqlite`]);
  });

  test('about another target is not gone on with', async () => {
    for await (const event of await app.client.reconcile.create({})) {
      if (event.kind === 'started') break;
    }
    const { reports } = await app.client.reconcile.list({});
    const reportId = reports[0]?.reportId ?? '';
    const other = await aMigration(r2, []);
    const there = await openApp({ ...other.env, UNWIND_HOME: migration.home });

    const error = await errorOf(there.client.reconcile.resume({ reportId }));

    expect({ state: reports[0]?.state, code: error.code }).toEqual({
      state: 'unfinished',
      code: 'PLAN_TARGET_MISMATCH',
    });
    await there.close();
    other.remove();
  });
});
