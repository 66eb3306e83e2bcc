import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { PreflightReport } from '../../../src/shared/domain/preflight.ts';
import { startLeaseProcess } from '../../support/d1/lease-process.ts';
import { aSmallDisk, type SmallDisk, whyNoSmallDisk } from '../../support/disk/a-small-disk.ts';
import {
  aMigration,
  type FileSpec,
  type TestMigration,
} from '../../support/migration/a-migration.ts';
import { startInChild } from '../../support/migration/in-child.ts';
import { openApp, type TestApp } from '../../support/migration/open-app.ts';
import { lineOf, preflightOf } from '../../support/migration/preflight-of.ts';
import { startR2, type TestR2 } from '../../support/r2/start-r2.ts';

const noDisk = whyNoSmallDisk();
const FILES: readonly FileSpec[] = Array.from({ length: 40 }, (_, index) => ({
  id: `f${String(index).padStart(2, '0')}`,
}));

let r2: TestR2;
let migration: TestMigration;
let app: TestApp | undefined;
let disk: SmallDisk | undefined;

beforeAll(async () => {
  r2 = await startR2();
});
afterAll(async () => {
  await r2.stop();
});
afterEach(async () => {
  await app?.close();
  app = undefined;
  migration.remove();
  disk?.unmount();
  disk = undefined;
});

async function given(
  specs: readonly FileSpec[] = FILES,
  env: Readonly<Record<string, string>> = {},
): Promise<TestApp> {
  migration = await aMigration(r2, specs);
  app = await openApp({ ...migration.env, ...env });
  return app;
}

/** The report for a world in which something is not as it should be. */
async function reportOf(env: Readonly<Record<string, string>>): Promise<PreflightReport> {
  const { client } = await given(FILES, env);
  return preflightOf(client);
}

function statesIn(report: PreflightReport, group: string): readonly string[] {
  return report.lines.filter((line) => line.group === group).map(({ state }) => state);
}

describe('preflight of a healthy target', () => {
  test('is ready, group by group, and changes nothing', async () => {
    const { client } = await given();
    const before = await migration.world();

    const report = await preflightOf(client);

    expect(report.lines.filter(({ state }) => state === 'warning' || state === 'failed')).toEqual(
      [],
    );
    expect(report).toMatchObject({ result: 'ready', target: 'default', databaseKind: 'd1' });
    expect([...new Set(report.lines.map(({ group }) => group))]).toEqual(report.groups);
    expect(await migration.world()).toEqual(before);
  });

  test('gives no name twice', async () => {
    const { client } = await given();

    const names = (await preflightOf(client)).lines.map(({ name }) => name);

    expect(names).toEqual([...new Set(names)]);
  });

  test('finds sampled originals and objects, spread over all records', async () => {
    const report = await reportOf({});

    expect(lineOf(report, 'originals.sample')?.finding).toContain('20 of 20 sampled originals');
    expect(lineOf(report, 'bucket.sample')?.finding).toContain('20 of 20 sampled objects');
  });

  test('states how the room on the disk was estimated', async () => {
    const report = await reportOf({});

    expect(lineOf(report, 'workspace.disk')?.finding).toMatch(
      /free at .*a rollback of everything takes up to .*: 40 records × \(\d+ B snapshot, measured on a sample, \+ \d+ B run file\) \+ 16\.0 MiB of logs\.$/,
    );
  });

  test('looks only at the groups that are asked for', async () => {
    const { client } = await given();

    const report = await preflightOf(client, { groups: ['workspace', 'database'] });

    expect(report.groups).toEqual(['database', 'workspace']);
    expect([...new Set(report.lines.map(({ group }) => group))]).toEqual(report.groups);
  });
});

describe('preflight of a target that is not configured', () => {
  test('fails one line and skips what depends on it', async () => {
    const { client } = await given();

    const report = await preflightOf(client, { target: 'nowhere' });

    expect(report.lines.filter(({ state }) => state === 'failed')).toMatchObject([
      { name: 'configuration.target', finding: 'There is no target named nowhere.' },
    ]);
    expect(lineOf(report, 'database.open')?.finding).toBe(
      'Not looked at: configuration.target failed.',
    );
    expect(report).toMatchObject({ result: 'not-ready', target: 'nowhere' });
  });

  test('fails in the first group that misses it where the configuration is not shown', async () => {
    const { client } = await given();

    const report = await preflightOf(client, { target: 'nowhere', groups: ['database'] });

    expect(report.lines).toMatchObject([{ name: 'database.open', state: 'failed' }]);
  });

  test('names the settings of the bucket that are missing', async () => {
    const report = await reportOf({ R2_BUCKET_NAME: '' });

    expect(lineOf(report, 'configuration.bucket')).toMatchObject({
      state: 'failed',
      finding: expect.stringContaining('R2_BUCKET_NAME') as string,
    });
    expect(lineOf(report, 'bucket.open')).toMatchObject({ state: 'skipped' });
    expect(statesIn(report, 'database')).not.toContain('failed');
  });

  test.each([
    ['that is not configured', { R2_BUCKET_NAME: '' }],
    ['that refuses', { R2_SECRET_ACCESS_KEY: 'wrong' }],
  ])('minds no bucket %s for a rollback of rows only', async (_, env) => {
    const { client } = await given(FILES, env);

    const report = await preflightOf(client, { mode: 'database-only' });

    expect(report.result).toBe('ready');
    expect(statesIn(report, 'bucket')).toEqual(['skipped']);
  });

  test('minds no trigger for a rollback of objects only', async () => {
    const { client } = await given();
    migration.sql('CREATE TRIGGER touched AFTER UPDATE ON files BEGIN SELECT 1; END');

    const [both, objects] = [
      await preflightOf(client),
      await preflightOf(client, { mode: 'r2-only' }),
    ];

    expect(lineOf(both, 'database.triggers')).toMatchObject({ state: 'warning' });
    expect(lineOf(objects, 'database.triggers')).toMatchObject({ state: 'skipped', fix: null });
  });

  test('warns where no originals are configured, once', async () => {
    const report = await reportOf({ UNWIND_ORIGINALS: '' });

    expect(report.lines.filter(({ state }) => state === 'warning')).toMatchObject([
      { name: 'configuration.originals' },
    ]);
    expect(report.result).toBe('warnings');
  });
});

describe('preflight of a database that is not fit', () => {
  test('fails where the file is missing, and skips the samples', async () => {
    const report = await reportOf({ D1_LOCAL_PATH: '/nowhere/d1.sqlite' });

    expect(lineOf(report, 'database.open')).toMatchObject({ state: 'failed' });
    expect(lineOf(report, 'configuration.database')).toMatchObject({ state: 'ok' });
    for (const name of ['bucket.sample', 'originals.sample', 'workspace.disk', 'workspace.lease']) {
      expect(lineOf(report, name)?.finding).toContain('DATABASE_NOT_FOUND');
    }
    expect(report.counts.failed).toBe(1);
  });

  test('fails once where the tables are missing', async () => {
    const { client } = await given();
    migration.sql('DROP TABLE file_migrations');

    const report = await preflightOf(client);

    expect(report.lines.filter(({ state }) => state === 'failed')).toMatchObject([
      { name: 'database.tables' },
    ]);
  });
});

describe('preflight of a bucket that is not fit', () => {
  test.each([
    ['the secret is wrong', { R2_SECRET_ACCESS_KEY: 'wrong' }],
    ['the bucket does not exist', { R2_BUCKET_NAME: 'no-such-bucket' }],
    ['nobody answers', { R2_ENDPOINT: 'http://127.0.0.1:9' }],
  ])('fails where %s, and looks for no object', async (_, env) => {
    const report = await reportOf(env);

    expect(statesIn(report, 'bucket')).toContain('failed');
    expect(lineOf(report, 'bucket.sample')?.finding).toMatch(/^Not looked at: bucket\..* failed/);
    expect(statesIn(report, 'database')).not.toContain('failed');
  });

  test('fails where not one sampled object is in it', async () => {
    const report = await preflightOf(
      (await given(FILES.map((file) => ({ ...file, object: null })))).client,
    );

    expect(lineOf(report, 'bucket.sample')).toMatchObject({
      state: 'failed',
      finding: expect.stringMatching(/^0 of 20 sampled objects found/) as string,
    });
  });
});

describe('preflight of originals', () => {
  test('fails where not one sampled original is there', async () => {
    const { client } = await given();
    const folder = join(migration.folder, 'originals');
    rmSync(folder, { recursive: true });
    mkdirSync(folder);

    const report = await preflightOf(client);

    expect(lineOf(report, 'originals.sample')).toMatchObject({
      state: 'failed',
      finding: expect.stringMatching(/^0 of 20 sampled originals found in .*Not found: /) as string,
      fix: expect.stringContaining('UNWIND_ORIGINALS') as string,
    });
  });

  test('warns where some are missing, and names them', async () => {
    const report = await preflightOf(
      (await given([...FILES, { id: 'f00-lost', original: null }])).client,
    );

    expect(lineOf(report, 'originals.sample')).toMatchObject({
      state: 'warning',
      finding: expect.stringContaining('f00-lost') as string,
    });
  });

  test('skips the sample where the folder is not there', async () => {
    const report = await reportOf({ UNWIND_ORIGINALS: '/nowhere/originals' });

    expect(lineOf(report, 'originals.readable')).toMatchObject({ state: 'failed' });
    expect(lineOf(report, 'originals.sample')?.finding).toBe(
      'Not looked at: originals.readable failed.',
    );
  });
});

describe('preflight of runs and workspace', () => {
  test('says who runs on the target now', async () => {
    const { client } = await given();
    const other = await startLeaseProcess({
      script: new URL('../../support/d1/lease-child.ts', import.meta.url),
      target: migration.databasePath,
      runId: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
    });
    await other.order('acquire');

    const held = await preflightOf(client);

    expect(lineOf(held, 'workspace.lease')).toMatchObject({
      state: 'failed',
      finding: expect.stringContaining('01ARZ3NDEKTSV4RRFFQ69G5FAV') as string,
    });
    await other.kill();
    expect(lineOf(await preflightOf(client), 'workspace.lease')).toMatchObject({ state: 'ok' });
  });

  test('names the run that died, with the command that finishes it', async () => {
    const { client, plan } = await given();
    const made = await plan({ full: true });
    await startInChild(migration.env, made, 'rows.after-intent');

    expect(lineOf(await preflightOf(client), 'workspace.unfinished-runs')).toMatchObject({
      state: 'warning',
      finding: expect.stringContaining(made.runId) as string,
      statement: `unwind resume ${made.runId}`,
    });
  });

  test('counts no unfinished run of another target', async () => {
    const { plan } = await given();
    const made = await plan({ full: true });
    await startInChild(migration.env, made, 'rows.after-intent');
    const elsewhere = await aMigration(r2, FILES);
    const other = await openApp({ ...elsewhere.env, UNWIND_HOME: migration.home });
    try {
      expect(lineOf(await preflightOf(other.client), 'workspace.unfinished-runs')).toMatchObject({
        state: 'ok',
      });
    } finally {
      await other.close();
      elsewhere.remove();
    }
  });

  test.skipIf(noDisk !== undefined)('fails where the disk is full', async () => {
    disk = aSmallDisk(64);
    const { client } = await given(FILES, { UNWIND_HOME: join(disk.path, 'home') });
    fill(disk.path);

    expect(lineOf(await preflightOf(client), 'workspace.writable')).toMatchObject({
      state: 'failed',
      finding: expect.stringContaining('its disk is full') as string,
    });
  });

  test.skipIf(noDisk !== undefined)(
    'fails where the disk has less room than a rollback may take, and warns where it is tight',
    async () => {
      disk = aSmallDisk(8 * 1024);
      const { client } = await given(FILES, { UNWIND_HOME: join(disk.path, 'home') });
      expect(lineOf(await preflightOf(client), 'workspace.disk')).toMatchObject({
        state: 'failed',
        fix: expect.stringContaining('batch by batch') as string,
      });
      disk.unmount();

      disk = aSmallDisk(24 * 1024);
      await app?.close();
      app = await openApp({ ...migration.env, UNWIND_HOME: join(disk.path, 'home') });
      expect(lineOf(await preflightOf(app.client), 'workspace.disk')).toMatchObject({
        state: 'warning',
      });
    },
  );

  test('leaves nothing in the workspace', async () => {
    const { client } = await given();

    await preflightOf(client);

    expect(readdirSync(migration.home)).toEqual([]);
  });
});

/** Writes until nothing more fits. */
function fill(folder: string): void {
  for (let index = 0; ; index += 1) {
    try {
      writeFileSync(join(folder, `fill-${String(index)}`), Buffer.alloc(4_096));
    } catch {
      return;
    }
  }
}
