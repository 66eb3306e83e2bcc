import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openSandbox } from '../../../src/main/adapters/sandbox/open-sandbox.ts';
import { readSandboxSettings } from '../../../src/main/adapters/sandbox/sandbox-settings.ts';
import { planMigratedSet } from '../../../src/main/adapters/sandbox/seed/migrated-set.ts';
import type { MigratedSet } from '../../../src/main/adapters/sandbox/seed/seed-set.ts';
import type { Sandbox } from '../../../src/main/core/ports/sandbox.ts';
import { aSandbox, aWorkspace, type TestSandbox } from '../../support/sandbox/a-sandbox.ts';
import { SERVER_ENTRY } from '../../support/sandbox/sandbox-template.ts';

let workspace: string;
let path: string;
let sandbox: Sandbox;
let other: TestSandbox;

beforeAll(async () => {
  workspace = await aWorkspace();
  path = join(workspace, 'sandbox');
  sandbox = openSandbox({ path, serverEntry: SERVER_ENTRY, ownerPid: process.pid });
  await sandbox.create({ seed: 66 });
  other = await aSandbox();
});
afterAll(async () => {
  await sandbox.stop();
  await rm(workspace, { recursive: true });
  await other.remove();
});

/** Rows of the three tables and hashes of the originals, read from outside. */
async function contentsOf(root: string): Promise<{ rows: unknown[]; originals: string[] }> {
  const settings = await readSandboxSettings(root);
  const database = new Database(String(settings?.databasePath), { readonly: true });
  const rows = ['migration_batches', 'file_migrations', 'files'].flatMap((table) =>
    database.prepare(`SELECT * FROM ${table} ORDER BY id`).all(),
  );
  database.close();
  const folder = join(root, 'originals');
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const originals = files.sort().map(async (file) => {
    return `${relative(folder, file)} ${createHash('sha256')
      .update(await readFile(file))
      .digest('hex')}`;
  });
  return { rows, originals: await Promise.all(originals) };
}

/** What identifies a planned set: the ids of its records, and a digest of all rows and bytes. */
function factsOf(set: MigratedSet): { ids: unknown[]; digest: string } {
  const hash = createHash('sha256').update(JSON.stringify([set.batches, set.records, set.files]));
  for (const { key, content } of set.objects) hash.update(key).update(content);
  for (const { path: place, content } of set.originals) hash.update(place).update(content);
  return { ids: set.records.map(({ id }) => id), digest: hash.digest('hex') };
}

describe('sandbox', { timeout: 90_000 }, () => {
  test('is running when it was created, and says where its parts are', async () => {
    const view = await sandbox.get();
    const settings = await readSandboxSettings(path);

    expect(view).toEqual({
      state: 'running',
      path,
      seed: 66,
      endpoint: settings?.endpoint,
      database: settings?.databasePath,
      originals: join(path, 'originals'),
      bucket: 'unwind-sandbox',
      fileCount: 240,
    });
    expect(view.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/cdn-cgi\/local\/r2\/s3$/);
    expect(existsSync(String(view.database))).toBe(true);
  });

  test('refuses to be created twice and changes nothing', async () => {
    const before = await readFile(join(path, 'sandbox.json'), 'utf8');

    await expect(sandbox.create({ seed: 7 })).rejects.toMatchObject({
      code: 'SANDBOX_EXISTS',
      details: { path, seed: 66 },
    });
    expect(await readFile(join(path, 'sandbox.json'), 'utf8')).toBe(before);
  });

  test.skipIf(process.platform === 'win32')(
    'keeps its keys readable for its owner only',
    async () => {
      const modes = ['', 'sandbox.json', 'server.json'].map(
        async (name) => (await stat(join(path, name))).mode & 0o077,
      );

      expect(await Promise.all(modes)).toEqual([0, 0, 0]);
    },
  );

  test('has keys of its own, which open no other sandbox', async () => {
    const mine = await readSandboxSettings(path);

    expect(mine?.secretAccessKey).toMatch(/^[0-9a-f]{64}$/);
    expect(mine?.secretAccessKey).not.toBe(other.settings.secretAccessKey);
    expect(mine?.databaseId).not.toBe(other.settings.databaseId);
  });

  test('leaves nothing beside it but its lock and its log', async () => {
    expect((await readdir(workspace)).sort()).toEqual(['sandbox', 'sandbox.lock', 'sandbox.log']);
  });

  test('does not take over a folder that holds something else', async () => {
    const home = await aWorkspace();
    onTestFinished(() => rm(home, { recursive: true }));
    await mkdir(join(home, 'sandbox'));
    await writeFile(join(home, 'sandbox', 'thesis.txt'), 'not to be lost');

    const attempt = openSandbox({ path: join(home, 'sandbox'), serverEntry: SERVER_ENTRY }).create({
      seed: 1,
    });
    const failure: unknown = await attempt.catch((error: unknown) => error);
    // Found out when it made room, not after everything was built.
    expect(failure).toMatchObject({
      code: 'SANDBOX_FAILED',
      message: expect.stringContaining('rmdir') as string,
    });
    expect(await readdir(join(home, 'sandbox'))).toEqual(['thesis.txt']);
    expect((await readdir(home)).sort()).toEqual(['sandbox', 'sandbox.lock', 'sandbox.log']);
  });

  test('does nothing when it is started or stopped again', async () => {
    const running = await other.sandbox.get();

    expect(await other.sandbox.start()).toEqual(running);
    const stopped = await other.sandbox.stop();
    expect(await other.sandbox.stop()).toEqual(stopped);
    await other.sandbox.start();
  });

  test('has the same rows and originals whenever it is made from the same seed', async () => {
    const [mine, theirs] = await Promise.all([contentsOf(path), contentsOf(other.path)]);

    expect(mine.rows).toHaveLength(8 + 240 + 246);
    expect(mine.originals).toHaveLength(238);
    expect(mine).toEqual(theirs);
  });

  test('has other contents under the same ids when the seed is another', () => {
    const [one, again, two] = [1, 1, 2].map((seed) => factsOf(planMigratedSet(seed)));

    expect(one).toEqual(again);
    expect(one?.ids).toEqual(two?.ids);
    expect(one?.digest).not.toBe(two?.digest);
  });

  test('keeps its data and its address over a stop and a start', async () => {
    other.openDatabase('write').exec("UPDATE files SET checksum = 'kept' WHERE rowid = 1").close();
    const endpoint = (await other.sandbox.get()).endpoint;

    expect(await other.sandbox.stop()).toMatchObject({
      state: 'stopped',
      endpoint: null,
      seed: 66,
    });
    expect(await other.sandbox.start()).toMatchObject({ state: 'running', endpoint });
    expect(other.rows('SELECT checksum FROM files WHERE rowid = 1')).toEqual([
      { checksum: 'kept' },
    ]);
    expect(await other.keys()).toHaveLength(208);
  });

  test('is made anew by a reset: same seed, new identity, old data gone', async () => {
    const before = await readSandboxSettings(path);
    await writeFile(join(path, 'originals', 'mine.txt'), 'x');

    const view = await sandbox.reset();

    const after = await readSandboxSettings(path);
    expect(view).toMatchObject({ state: 'running', seed: 66, endpoint: before?.endpoint });
    expect(after?.databaseId).not.toBe(before?.databaseId);
    expect(existsSync(join(path, 'originals', 'mine.txt'))).toBe(false);
    expect((await readdir(workspace)).sort()).toEqual(['sandbox', 'sandbox.lock', 'sandbox.log']);
  });
});

describe('sandbox that does not exist', () => {
  test('is absent, has no settings, and cannot be started or reset', async () => {
    const home = await aWorkspace();
    onTestFinished(() => rm(home, { recursive: true }));
    const nowhere = join(home, 'deep', 'sandbox');
    const absent = openSandbox({ path: nowhere, serverEntry: SERVER_ENTRY });

    expect(await absent.get()).toMatchObject({ state: 'absent', path: nowhere, endpoint: null });
    expect(await readSandboxSettings(nowhere)).toBeUndefined();
    expect(await absent.stop()).toMatchObject({ state: 'absent' });
    await expect(absent.start()).rejects.toMatchObject({ code: 'SANDBOX_MISSING' });
    await expect(absent.reset()).rejects.toMatchObject({ code: 'SANDBOX_MISSING' });
  });
});
