import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { aSmallDisk, type SmallDisk, whyNoSmallDisk } from '../../support/disk/a-small-disk.ts';
import {
  aMigration,
  type FileSpec,
  type TestMigration,
} from '../../support/migration/a-migration.ts';
import { startInChild } from '../../support/migration/in-child.ts';
import { errorOf, openApp, type TestApp } from '../../support/migration/open-app.ts';
import {
  type FaultProxy,
  readOnlyAfter,
  startFaultProxy,
} from '../../support/r2/start-fault-proxy.ts';
import { startR2, type TestR2 } from '../../support/r2/start-r2.ts';

const noDisk = whyNoSmallDisk();
const FILES: readonly FileSpec[] = Array.from({ length: 12 }, (_, index) => ({
  id: `f${String(index).padStart(2, '0')}`,
}));

let r2: TestR2;
let proxy: FaultProxy;
let migration: TestMigration;
let app: TestApp | undefined;
let disk: SmallDisk | undefined;

beforeAll(async () => {
  r2 = await startR2();
  proxy = await startFaultProxy(r2.address.endpoint);
});
afterAll(async () => {
  await proxy.stop();
  await r2.stop();
});
afterEach(async () => {
  proxy.use(() => undefined);
  await app?.close();
  app = undefined;
  migration.remove();
  disk?.unmount();
  disk = undefined;
});

async function given(
  specs: readonly FileSpec[],
  env: Readonly<Record<string, string>> = {},
): Promise<TestApp> {
  migration = await aMigration(r2, specs);
  app = await openApp({ ...migration.env, R2_ENDPOINT: proxy.endpoint, ...env });
  return app;
}

describe('a bucket that turns read-only midway', () => {
  test('ends the run with what was done, loses nothing, and resume finishes it', async () => {
    const { plan, run, resume } = await given(FILES);
    const made = await plan({ full: true });
    proxy.use(readOnlyAfter(5));

    const failed = await run(made);
    const between = await migration.world();
    proxy.use(() => undefined);
    const finished = await resume(made.runId);

    expect(failed).toMatchObject({ state: 'failed', error: { code: 'R2_DENIED', exitCode: 4 } });
    expect(Object.keys(between.objects)).toHaveLength(12);
    expect(finished).toMatchObject({ state: 'succeeded', counts: { done: 12 } });
    expect((await migration.world()).objects).toEqual({});
  });
});

describe('an answer that is lost', () => {
  test.each(['PUT', 'POST'])('to every first %s is settled by reading back', async (method) => {
    const { plan, run } = await given(FILES.slice(0, 4));
    const made = await plan({ full: true });
    const lost = new Set<string>();
    proxy.use((seen) => {
      if (seen.method !== method || lost.has(seen.path)) return undefined;
      lost.add(seen.path);
      return { kind: 'lose-answer' };
    });

    const done = await run(made);

    expect(lost.size).toBeGreaterThan(0);
    expect(done).toMatchObject({ state: 'succeeded', counts: { done: 4, drifted: 0, failed: 0 } });
    expect((await migration.world()).quarantined).toHaveLength(4);
  });
});

describe('an object that somebody overwrites while the run is at work', () => {
  test('stays, and the run says so', async () => {
    const { plan, run } = await given(FILES.slice(0, 2));
    const made = await plan({ full: true });
    proxy.use(async (seen) => {
      if (seen.method === 'PUT' && seen.path.includes('f01'))
        await r2.put({ key: migration.keyOf('f00'), body: 'newer' });
      return undefined;
    });

    const ended = await run(made);

    expect(ended).toMatchObject({ state: 'partial', counts: { done: 1, drifted: 1 } });
    expect((await migration.world()).objects).toEqual({ [migration.keyOf('f00')]: 'newer' });
  });
});

describe('a row that comes to need an object while the run is at work', () => {
  test('keeps the object', async () => {
    const { plan, run } = await given(FILES.slice(0, 2));
    const made = await plan({ full: true });
    proxy.use((seen) => {
      if (seen.method === 'PUT' && seen.path.includes('f01')) {
        migration.sql(
          "INSERT OR IGNORE INTO files (id, filename, user_id, r2_key) VALUES ('late', 'late.txt', 'u-9', ?)",
          migration.keyOf('f00'),
        );
      }
      return undefined;
    });

    const ended = await run(made);

    expect(ended).toMatchObject({ state: 'partial', counts: { done: 1, drifted: 1 } });
    expect(Object.keys((await migration.world()).objects)).toEqual([migration.keyOf('f00')]);
  });
});

describe('the database', () => {
  test('that another process keeps locked is named, and nothing was changed', async () => {
    const { plan, run } = await given(FILES.slice(0, 2));
    const made = await plan({ full: true });
    const before = await migration.world();
    const holder = new Database(migration.databasePath);
    holder.exec('BEGIN IMMEDIATE');

    const ended = await run(made);
    holder.exec('ROLLBACK');
    holder.close();

    expect(ended).toMatchObject({ state: 'failed', error: { code: 'DATABASE_BUSY', exitCode: 3 } });
    expect(await migration.world()).toEqual(before);
  }, 60_000);

  test('may have more columns than the reference, and they stay and are in the snapshot', async () => {
    const { run, plan } = await given(FILES.slice(0, 1));
    migration.sql("ALTER TABLE files ADD COLUMN colour TEXT DEFAULT 'blue'");

    const ended = await run(await plan({ full: true }));

    expect(ended.state).toBe('succeeded');
    expect((await migration.world()).files).toMatchObject([{ r2_key: null, colour: 'blue' }]);
  });

  test.each([
    ['an empty file', ''],
    [
      'a text file',
      'not a database, but long enough to have a header of a hundred bytes or more, which SQLite would read first',
    ],
  ])('%s is refused as what it is', async (_what, content) => {
    const { client } = await given(FILES.slice(0, 1));
    writeFileSync(join(migration.folder, 'other.sqlite'), content);
    const other = await openApp({
      ...migration.env,
      D1_LOCAL_PATH: join(migration.folder, 'other.sqlite'),
    });

    const error = await errorOf(other.client.status.get({}));

    await other.close();
    expect(error).toMatchObject({ code: 'DATABASE_INVALID', exitCode: 3 });
    expect(await client.status.get({})).toMatchObject({ recordCount: 1 });
  });
});

describe('one plan in two processes', () => {
  test('is executed once: the other one is refused', async () => {
    const { plan, client } = await given(FILES, { R2_ENDPOINT: r2.address.endpoint });
    const made = await plan({ full: true });

    const ends = await Promise.all([
      startInChild(migration.env, made),
      startInChild(migration.env, made),
    ]);

    expect(ends.filter((end) => end.output === 'succeeded')).toHaveLength(1);
    expect(
      ends.filter((end) => /TARGET_LOCKED|PLAN_ALREADY_EXECUTED/.test(end.output)),
    ).toHaveLength(1);
    expect(await client.run.get({ runId: made.runId })).toMatchObject({
      state: 'succeeded',
      counts: { done: 12 },
    });
  });
});

describe('stop', () => {
  test('ends at a safe boundary, and resume does the rest', async () => {
    const { plan, client, resume } = await given(FILES);
    const made = await plan({ full: true });
    await client.run.start({
      runId: made.runId,
      digest: made.digest,
      confirmation: made.confirmationPhrase,
    });

    const stopped = await client.run.stop({ runId: made.runId });

    expect(stopped.state).toBe('stopped');
    expect(await resume(made.runId)).toMatchObject({ state: 'succeeded', counts: { done: 12 } });
  });
});

describe.skipIf(noDisk !== undefined)(
  `a full disk${noDisk === undefined ? '' : ` (skipped: ${noDisk})`}`,
  () => {
    test('while planning is named, and leaves no half plan', async () => {
      disk = aSmallDisk(96);
      const { plan, client } = await given(FILES, { UNWIND_HOME: disk.path });
      writeFileSync(join(disk.path, 'ballast'), Buffer.alloc(72 * 1024));

      const error = await errorOf(plan({ full: true }));

      expect(error).toMatchObject({ code: 'DISK_FULL', exitCode: 5 });
      expect(await client.run.list({})).toEqual({ runs: [], unreadable: [], total: 0 });
    });

    test('before the snapshot is whole ends the run with the target untouched', async () => {
      disk = aSmallDisk(1024);
      const { plan, run } = await given(FILES, { UNWIND_HOME: disk.path });
      const made = await plan({ full: true });
      const before = await migration.world();
      fill(disk.path);

      const outcome = await run(made).catch((error: unknown) =>
        errorOf(Promise.reject(error as Error)),
      );

      expect(JSON.stringify(outcome)).toContain('DISK_FULL');
      expect(await migration.world()).toEqual(before);
    });
  },
);

/** Leaves a few pages free: enough to begin a run, not enough to finish it. */
function fill(path: string): void {
  let sizeBytes = 1024 * 1024;
  for (let number = 0; sizeBytes >= 4096; number += 1) {
    try {
      writeFileSync(join(path, `ballast-${String(number)}`), Buffer.alloc(sizeBytes));
    } catch {
      // Too large for what is left: the next ballast is smaller.
      sizeBytes /= 2;
    }
  }
}
