import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ReconcileFinding, ReconcileReport } from '../../../src/shared/domain/reconcile.ts';
import { aMigration, type TestMigration } from '../../support/migration/a-migration.ts';
import { errorOf, openApp, type TestApp } from '../../support/migration/open-app.ts';
import { type FaultProxy, startFaultProxy } from '../../support/r2/start-fault-proxy.ts';
import { startR2, type TestR2 } from '../../support/r2/start-r2.ts';
import { jsonOf, startCli } from '../cli/spawn-cli.ts';

/** More than two pages of a listing; each tenth key has no row, each tenth row no object. */
const KEY_COUNT = 2_300;

let r2: TestR2;
let proxy: FaultProxy;
let migration: TestMigration;
let app: TestApp;
let env: Readonly<Record<string, string>>;

const keyOf = (index: number): string => `k/${String(index % 7)}/${String(index).padStart(5, '0')}`;
const INDEXES = Array.from({ length: KEY_COUNT }, (_, index) => index);

beforeAll(async () => {
  r2 = await startR2();
  await r2.putKeys(INDEXES.filter((index) => index % 10 !== 1).map(keyOf));
  proxy = await startFaultProxy(r2.address.endpoint);
});
afterAll(async () => {
  await proxy.stop();
  await r2.stop();
});
beforeEach(async () => {
  migration = await aMigration(r2, []);
  insertRows(INDEXES.filter((index) => index % 10 !== 2));
  env = { ...migration.env, R2_ENDPOINT: proxy.endpoint };
  app = await openApp(env);
});
afterEach(async () => {
  proxy.use(() => undefined);
  await app.close();
  migration.remove();
});

function insertRows(indexes: readonly number[]): void {
  const database = new Database(migration.databasePath);
  const put = database.prepare(
    `INSERT INTO file_migrations (id, batch_id, file_id, target_r2_key, file_size, status) VALUES (?, 'b', ?, ?, ?, 'completed')`,
  );
  database.transaction(() => {
    for (const index of indexes) {
      const key = keyOf(index);
      put.run(`r-${key}`, `f-${key}`, key, index === 500 ? 1 : key.length);
    }
  })();
  database.close();
}

/** Holds the listing back from its `page`-th page on (from 1). */
function holdFrom(page: number): { readonly reached: () => boolean; readonly release: () => void } {
  const gate = Promise.withResolvers<undefined>();
  let listed = 0;
  proxy.use(async ({ path }) => {
    if (
      !path.includes('list-type=2') ||
      path.includes('max-keys=1&') ||
      path.endsWith('max-keys=1')
    )
      return undefined;
    listed += 1;
    if (listed >= page) await gate.promise;
    return undefined;
  });
  return {
    reached: () => listed >= page,
    release: () => {
      gate.resolve(undefined);
    },
  };
}

async function finished(events: AsyncIterable<{ kind: string }>): Promise<ReconcileReport> {
  for await (const event of events) {
    if (event.kind === 'finished') return (event as unknown as { report: ReconcileReport }).report;
  }
  throw new Error('The reconcile ended without a report.');
}

/** What two reports of the same world have in common: everything but names and times. */
async function contentOf(report: ReconcileReport): Promise<unknown> {
  const { kinds, totals, folders, folderCount, quarantine, settledMeanwhile } = report;
  const { findings } = await app.client.reconcile.findings({
    reportId: report.reportId,
    limit: 1000,
  });
  return { kinds, totals, folders, folderCount, quarantine, settledMeanwhile, findings };
}

async function unfinishedReport(): Promise<string> {
  const { reports } = await app.client.reconcile.list({});
  expect(reports).toMatchObject([{ state: 'unfinished' }]);
  return reports[0]?.reportId ?? '';
}

describe('a reconcile that was stopped', () => {
  test('goes on after its last page and equals one that was not', async () => {
    const whole = await contentOf(await finished(await app.client.reconcile.create({})));
    for await (const event of await app.client.reconcile.create({})) {
      if (event.kind === 'progress') break;
    }
    const { reports } = await app.client.reconcile.list({});
    const stopped = reports.find(({ state }) => state === 'unfinished');
    expect(stopped?.totals?.objects).toBeLessThan(KEY_COUNT);
    const reportId = stopped?.reportId ?? '';

    const unread = await errorOf(app.client.reconcile.get({ reportId }));
    const resumed = await finished(await app.client.reconcile.resume({ reportId }));

    expect(unread.code).toBe('REPORT_UNFINISHED');
    expect(await contentOf(resumed)).toEqual(whole);
    expect(whole).toMatchObject({
      kinds: [
        { kind: 'dangling-row', count: 230 },
        { kind: 'orphan-object', count: 230 },
        { kind: 'size-differs', count: 1 },
      ],
    });
  });

  test('was killed, goes on by the CLI, and is held by one process at a time', async () => {
    const whole = await contentOf(await finished(await app.client.reconcile.create({})));
    const held = holdFrom(2);
    const cli = startCli(['reconcile', '--json'], { env });
    await vi.waitUntil(held.reached, { timeout: 20_000, interval: 20 });
    const { reports } = await app.client.reconcile.list({});
    const { reportId, state } = reports[0] ?? { reportId: '', state: '' };
    const meanwhile = await errorOf(app.client.reconcile.resume({ reportId }));
    cli.child.kill('SIGKILL');
    await cli.end;
    held.release();

    const resumed = await jsonOf('reconcile', ['--resume', reportId], { env, exitCode: 9 });

    expect({ state, code: meanwhile.code }).toEqual({ state: 'running', code: 'TARGET_LOCKED' });
    expect(await contentOf(resumed.report)).toEqual(whole);
  });

  test('by Ctrl-C ends with 130 and says how to go on', async () => {
    const held = holdFrom(2);
    const cli = startCli(['reconcile', '--json'], { env });
    await vi.waitUntil(held.reached, { timeout: 20_000, interval: 20 });

    cli.child.kill('SIGINT');
    held.release();

    const end = await cli.end;
    const reportId = await unfinishedReport();
    expect(end.exitCode).toBe(130);
    expect(JSON.parse(end.stdout)).toMatchObject({
      error: { code: 'CANCELLED', hint: expect.stringContaining(`--resume ${reportId}`) as string },
    });
  });
});

describe('a world that moves while it is listed', () => {
  test('leaves nothing in the report that was right in the end', async () => {
    const before = await finished(await app.client.reconcile.create({}));
    const first = (kind: ReconcileFinding['kind']) =>
      app.client.reconcile
        .findings({ reportId: before.reportId, kind, limit: 3 })
        .then(({ findings }) => findings.map(({ key }) => key));
    const [migrated = '', removed = '', ...orphans] = await first('orphan-object');
    const [reset = '', uploaded = '', ...dangling] = await first('dangling-row');
    const held = holdFrom(3);
    const reconciled = app.client.reconcile.create({}).then(finished);
    await vi.waitUntil(held.reached, { timeout: 20_000, interval: 20 });

    migration.sql(
      `INSERT INTO files (id, filename, user_id, r2_key) VALUES ('new', 'n', 'u', ?)`,
      migrated,
    );
    await r2.remove(removed);
    migration.sql(
      "UPDATE file_migrations SET status = 'rolled_back' WHERE target_r2_key = ?",
      reset,
    );
    await r2.putKeys([uploaded]);
    migration.sql('UPDATE file_migrations SET file_size = 9 WHERE file_size = 1');
    held.release();
    const report = await reconciled;

    expect(report.settledMeanwhile).toBe(5);
    const keys = [...(await first('orphan-object')), ...(await first('dangling-row'))];
    expect(keys).toEqual(expect.arrayContaining([...orphans, ...dangling]));
    const { findings } = await app.client.reconcile.findings({
      reportId: report.reportId,
      limit: 1000,
    });
    const found = new Set(findings.map(({ key }) => key));
    expect([migrated, removed, reset, uploaded].filter((key) => found.has(key))).toEqual([]);
    expect(findings.map(({ seq }) => seq)).toEqual(findings.map((_, index) => index + 1));
    await r2.putKeys([removed]);
    await r2.remove(uploaded);
  });
});
