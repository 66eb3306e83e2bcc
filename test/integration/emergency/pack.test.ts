import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Pack } from '../../../src/shared/domain/pack.ts';
import { aMigration, type TestMigration } from '../../support/migration/a-migration.ts';
import { openApp, type TestApp } from '../../support/migration/open-app.ts';
import { startR2, type TestR2 } from '../../support/r2/start-r2.ts';

let r2: TestR2;
let migration: TestMigration;
let app: TestApp;

beforeAll(async () => {
  r2 = await startR2();
});
afterAll(() => r2.stop());
beforeEach(async () => {
  migration = await aMigration(r2, [{ id: 'a' }, { id: 'b' }]);
  app = await openApp(migration.env);
});
afterEach(async () => {
  await app.close();
  migration.remove();
});

async function packed(runId?: string): Promise<Pack> {
  let pack: Pack | undefined;
  const path = join(migration.folder, 'pack.tar.gz');
  for await (const event of await app.client.emergency.pack({ runId, path })) {
    if (event.kind === 'finished') pack = event.pack;
  }
  if (pack === undefined) throw new Error('Packing ended without a pack.');
  return pack;
}

/** Unpacks with the system's own tar, as the engineer who takes over would. */
function unpack({ path }: Pack): string {
  const folder = join(migration.folder, 'unpacked');
  mkdirSync(folder);
  execFileSync('tar', ['-xzf', path, '-C', folder]);
  return folder;
}

describe('a pack', () => {
  test('opens with plain tar, and every hash in it holds', async () => {
    const run = await app.run(await app.plan({ full: true }));

    const folder = unpack(await packed());

    execFileSync('sha256sum', ['--check', '--strict', '--quiet', 'SHA256SUMS'], { cwd: folder });
    expect(readdirSync(folder).toSorted()).toEqual([
      'README.md',
      'SHA256SUMS',
      'backups',
      'configuration.json',
      'logs',
      'preflight.json',
      'reconstruction.json',
      'reconstruction.jsonl',
      'reports',
      'runs',
      'runs.json',
      'snapshots',
      'snapshots.json',
    ]);
    expect(readFileSync(join(folder, 'README.md'), 'utf8')).toContain(`unwind undo ${run.runId}`);
    expect(
      readFileSync(join(folder, 'reconstruction.jsonl'), 'utf8').trimEnd().split('\n'),
    ).toHaveLength(2);
  });

  test('is a workspace that another machine goes on with', async () => {
    const run = await app.run(await app.plan({ full: true, mode: 'database-only' }));
    const folder = unpack(await packed(run.runId));

    const elsewhere = await openApp({ ...migration.env, UNWIND_HOME: folder });
    const restored = await elsewhere.run(await elsewhere.planRestore(run.snapshotId ?? ''));
    await elsewhere.close();

    expect(restored.state).toBe('succeeded');
  });

  test('holds no secret, in whatever file it could be', async () => {
    const secret = r2.address.secretAccessKey;
    await app.run(await app.plan({ full: true }));

    const { path } = await packed();

    const bytes = gunzipSync(readFileSync(path));
    expect(secret.length).toBeGreaterThan(10);
    for (const form of [
      secret,
      encodeURIComponent(secret),
      Buffer.from(secret).toString('base64'),
    ]) {
      expect(bytes.includes(form)).toBe(false);
    }
  });

  test('has a damaged run file byte by byte, and names what is wrong', async () => {
    const run = await app.run(await app.plan({ full: true }));
    const whole = readFileSync(run.plan.runFile);
    const damaged = whole.subarray(0, 5_000);
    writeFileSync(run.plan.runFile, damaged);

    const pack = await packed();

    const folder = unpack(pack);
    expect(readFileSync(join(folder, 'runs', `${run.runId}.unwind`))).toEqual(damaged);
    expect(pack.problems.join(' ')).toContain(run.runId);
    expect(readFileSync(join(folder, 'PROBLEMS.md'), 'utf8')).toContain(run.runId);
  });

  test('is made although the target cannot be reached', async () => {
    const run = await app.run(await app.plan({ full: true }));
    const cut = await openApp({ ...migration.env, D1_LOCAL_PATH: '/nowhere/d1.sqlite' });
    const path = join(migration.folder, 'cut.tar.gz');
    let pack: Pack | undefined;

    for await (const event of await cut.client.emergency.pack({ path })) {
      if (event.kind === 'finished') pack = event.pack;
    }
    await cut.close();

    expect(pack?.problems).toContainEqual(
      expect.stringMatching(/^reconstruction: DATABASE_NOT_FOUND/) as string,
    );
    const listing = execFileSync('tar', ['-tzf', path], { encoding: 'utf8' });
    expect(listing).toContain(`runs/${run.runId}.unwind`);
    expect(listing).toContain('preflight.json');
  });

  test('that is given up halfway leaves nothing behind', async () => {
    await app.run(await app.plan({ full: true }));
    const path = join(migration.folder, 'given-up.tar.gz');
    const events = await app.client.emergency.pack({ path });
    const iterator = events[Symbol.asyncIterator]();
    await iterator.next();

    await iterator.return();

    expect(existsSync(path)).toBe(false);
    expect(readdirSync(migration.folder).filter((name) => name.includes('given-up'))).toEqual([]);
  });

  test('says so where it cannot be written', async () => {
    const events = await app.client.emergency.pack({ path: '/nowhere/pack.tar.gz' });

    await expect(events[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      data: { code: 'FILE_FAILED' },
    });
  });
});
