import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ReconcileFinding, ReconcileReport } from '../../../src/shared/domain/reconcile.ts';
import {
  aMigration,
  type FileSpec,
  type TestMigration,
} from '../../support/migration/a-migration.ts';
import { errorOf, openApp, type TestApp } from '../../support/migration/open-app.ts';
import { startR2, type TestR2 } from '../../support/r2/start-r2.ts';

let r2: TestR2;
let migration: TestMigration;
let app: TestApp;

beforeEach(async () => {
  r2 = await startR2();
});
afterEach(async () => {
  await app.close();
  migration.remove();
  await r2.stop();
});

async function given(...specs: readonly FileSpec[]): Promise<void> {
  migration = await aMigration(r2, specs);
  app = await openApp(migration.env);
}

async function reconciled(): Promise<ReconcileReport> {
  for await (const event of await app.client.reconcile.create({})) {
    if (event.kind === 'finished') return event.report;
  }
  throw new Error('The reconcile ended without a report.');
}

async function findingsOf(report: ReconcileReport): Promise<readonly ReconcileFinding[]> {
  return (await app.client.reconcile.findings({ reportId: report.reportId })).findings;
}

/** Kind, key, table and row of each finding: enough to tell them. */
function inShort(findings: readonly ReconcileFinding[]): readonly unknown[] {
  return findings.map(({ kind, key, table, rowId }) => [kind, key, table, rowId]);
}

describe('reconcile', () => {
  test('finds nothing where each row has its object and each object its row', async () => {
    await given({ id: 'a' }, { id: 'b', status: 'verified' });

    const report = await reconciled();

    expect(report).toMatchObject({ kinds: [], totals: { objects: 2, rows: 4 }, quarantine: [] });
    expect(await findingsOf(report)).toEqual([]);
  });

  test('finds exactly what is wrong in a seeded mess', async () => {
    await given(
      { id: 'fine' },
      { id: 'gone', object: null },
      { id: 'short', object: 'half of it' },
      { id: 'failed', status: 'failed', object: 'half' },
      { id: 'pending', status: 'pending' },
      { id: 'reset', status: 'rolled_back', object: 'left behind' },
      { id: 'shared', objectName: 'fine', content: 'content of fine' },
    );
    await r2.put({ key: 'stray', body: 'nobody knows' });
    await r2.put({ key: 'other/\u{1f600}\n', body: 'odd' });
    await r2.put({ key: '.unwind-quarantine/01JD000000000000000000000A/x', body: 'kept' });
    await r2.put({ key: '.unwind-quarantine/by-hand', body: 'kept' });

    const report = await reconciled();

    const key = migration.keyOf;
    expect(inShort(await findingsOf(report))).toEqual([
      ['dangling-row', key('gone'), 'file_migrations', 'rec-gone'],
      ['dangling-row', key('gone'), 'files', 'gone'],
      ['orphan-object', key('reset'), null, null],
      ['size-differs', key('short'), 'file_migrations', 'rec-short'],
      ['orphan-object', 'other/\u{1f600}\n', null, null],
      ['orphan-object', 'stray', null, null],
    ]);
    expect(report.kinds).toEqual([
      { kind: 'dangling-row', count: 2, sizeBytes: 'content of gone'.length },
      { kind: 'orphan-object', count: 3, sizeBytes: 'left behind'.length + 3 + 12 },
      { kind: 'size-differs', count: 1, sizeBytes: 10 },
    ]);
    expect(report.quarantine).toEqual([
      { runId: '01JD000000000000000000000A', known: false, objects: 1, sizeBytes: 4 },
      { runId: null, known: false, objects: 1, sizeBytes: 4 },
    ]);
    expect(report.folders.map(({ folder, objects }) => [folder, objects])).toEqual([
      [key('').slice(0, -1), 4],
      ['', 1],
      ['other', 1],
      ['.unwind-quarantine', 2],
    ]);
    expect(report.totals.objects).toBe(8);
  });

  test('knows the quarantine of a run of this workspace', async () => {
    await given({ id: 'a' });
    const run = await app.run(await app.plan({ full: true }));

    const report = await reconciled();

    expect(report.kinds).toEqual([]);
    expect(report.quarantine).toMatchObject([{ runId: run.runId, known: true, objects: 1 }]);
  });

  test('filters findings by kind, searches them and pages through them', async () => {
    await given({ id: 'x', object: null });
    for (const name of ['a', 'b', 'c%']) await r2.put({ key: `stray/${name}`, body: name });
    const { reportId } = await reconciled();
    const find = (query: object) => app.client.reconcile.findings({ reportId, ...query });

    expect((await find({ kind: 'orphan-object' })).total).toBe(3);
    expect((await find({ search: '%' })).findings).toMatchObject([{ key: 'stray/c%' }]);
    expect((await find({ search: 'rec-x' })).findings).toMatchObject([{ rowId: 'rec-x' }]);
    expect(await find({ offset: 1, limit: 1 })).toMatchObject({
      total: 5,
      findings: [{ seq: 2 }],
    });
    expect(await find({ afterSeq: 4 })).toMatchObject({ findings: [{ key: 'stray/c%' }] });
    expect(await find({ kind: 'orphan-object', offset: 2 })).toMatchObject({
      findings: [{ key: 'stray/c%' }],
    });
  });

  test('keeps a report that plain SQLite reads, and lists it', async () => {
    await given({ id: 'a', object: null });

    const report = await reconciled();

    const file = new Database(report.file, { readonly: true });
    expect(file.prepare('SELECT kind, row_id FROM finding ORDER BY seq').all()).toEqual([
      { kind: 'dangling-row', row_id: 'rec-a' },
      { kind: 'dangling-row', row_id: 'a' },
    ]);
    file.close();
    expect((await app.client.reconcile.list({})).reports).toMatchObject([
      { reportId: report.reportId, state: 'finished', targetName: report.target.name },
    ]);
    expect(await app.client.reconcile.get({ reportId: report.reportId })).toEqual(report);
  });

  test('changes neither bucket nor database', async () => {
    await given({ id: 'a' }, { id: 'b', object: null });
    const before = await migration.world();

    await reconciled();

    expect(await migration.world()).toEqual(before);
  });

  test('says which report does not exist', async () => {
    await given({ id: 'a' });
    const reportId = '01JD000000000000000000000A';

    const errors = await Promise.all([
      errorOf(app.client.reconcile.get({ reportId })),
      errorOf(app.client.reconcile.resume({ reportId })),
    ]);

    expect(errors.map(({ code }) => code)).toEqual(['REPORT_NOT_FOUND', 'REPORT_NOT_FOUND']);
  });
});
