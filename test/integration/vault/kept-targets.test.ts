import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { TargetDraft } from '../../../src/shared/contract/target.ts';
import { aMigration, type TestMigration } from '../../support/migration/a-migration.ts';
import { errorOf, openApp, type TestApp } from '../../support/migration/open-app.ts';
import { startR2, type TestR2 } from '../../support/r2/start-r2.ts';

const PASSPHRASE = 'correct horse battery';

let r2: TestR2;
let migration: TestMigration;
let home: string;
const apps: TestApp[] = [];

beforeAll(async () => {
  r2 = await startR2();
  migration = await aMigration(r2, [{ id: 'a' }, { id: 'b' }]);
});
afterAll(async () => {
  migration.remove();
  await r2.stop();
});
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'unwind-kept-'));
});
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
  rmSync(home, { recursive: true, force: true });
});

async function aDoor(env: Readonly<Record<string, string>> = {}): Promise<TestApp> {
  const app = await openApp({ UNWIND_HOME: home, ...env });
  apps.push(app);
  return app;
}

function aDraft(change: Partial<TargetDraft> = {}): TargetDraft {
  const { env } = migration;
  return {
    name: 'prod',
    settings: {
      USE_D1_DATABASE: 'true',
      D1_LOCAL_PATH: migration.databasePath,
      R2_BUCKET_NAME: env['R2_BUCKET_NAME'] ?? '',
      R2_ENDPOINT: env['R2_ENDPOINT'] ?? '',
      R2_ACCESS_KEY_ID: env['R2_ACCESS_KEY_ID'] ?? '',
      UNWIND_ORIGINALS: env['UNWIND_ORIGINALS'] ?? '',
      UNWIND_ENVIRONMENT: 'production',
    },
    secrets: { R2_SECRET_ACCESS_KEY: env['R2_SECRET_ACCESS_KEY'] ?? '' },
    ...change,
  };
}

/** Everything below the workspace, as one text. */
function everythingWritten(): string {
  return readdirSync(home, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');
}

describe('a target that is entered', () => {
  test('is there at once, is used as any other, and is there for the next door', async () => {
    const app = await aDoor();
    await app.client.vault.create({ passphrase: PASSPHRASE });
    await app.client.target.save(aDraft());

    expect((await app.client.target.list({})).targets).toMatchObject([
      { name: 'prod', source: 'workspace', environment: 'production', isDefault: true },
    ]);
    expect(await app.client.target.check({})).toMatchObject({ name: 'prod' });

    const passphrase = join(home, 'passphrase');
    writeFileSync(passphrase, `${PASSPHRASE}\n`);
    const next = await aDoor({ UNWIND_VAULT_PASSPHRASE_FILE: passphrase });
    expect(await next.client.target.check({ target: 'prod' })).toMatchObject({ name: 'prod' });
  });

  test('cannot be opened while the vault is locked, and says why', async () => {
    const app = await aDoor();
    await app.client.vault.create({ passphrase: PASSPHRASE });
    await app.client.target.save(aDraft());
    await app.client.vault.lock({});

    const error = await errorOf(app.client.target.check({ target: 'prod' }));

    expect(error).toMatchObject({ code: 'VAULT_LOCKED' });
    expect(error.message).toContain('R2_SECRET_ACCESS_KEY');
    await app.client.vault.unlock({ passphrase: PASSPHRASE });
    expect(await app.client.target.check({ target: 'prod' })).toMatchObject({ name: 'prod' });
  });

  test('stays shut when the operator has locked the vault, although a file has its passphrase', async () => {
    const first = await aDoor();
    await first.client.vault.create({ passphrase: PASSPHRASE });
    await first.client.target.save(aDraft());
    const passphrase = join(home, 'passphrase');
    writeFileSync(passphrase, PASSPHRASE);
    const app = await aDoor({ UNWIND_VAULT_PASSPHRASE_FILE: passphrase });
    expect(await app.client.target.check({})).toMatchObject({ name: 'prod' });

    expect(await app.client.vault.lock({})).toMatchObject({ state: 'locked' });

    expect(await errorOf(app.client.target.check({}))).toMatchObject({ code: 'VAULT_LOCKED' });
    await app.client.vault.unlock({ passphrase: PASSPHRASE });
    expect(await app.client.target.check({})).toMatchObject({ name: 'prod' });
  });

  test('is not kept in a file that somebody has broken, which stays as it is', async () => {
    const app = await aDoor();
    await app.client.vault.create({ passphrase: PASSPHRASE });
    writeFileSync(join(home, 'targets.yaml'), 'targets: [');

    expect(await errorOf(app.client.target.save(aDraft()))).toMatchObject({
      code: 'CONFIG_INVALID',
    });
    expect(await errorOf(app.client.target.kept({ name: 'prod' }))).toMatchObject({
      code: 'CONFIG_INVALID',
    });
    expect(readFileSync(join(home, 'targets.yaml'), 'utf8')).toBe('targets: [');
  });

  test('is not kept where its secret cannot be', async () => {
    const app = await aDoor();

    expect(await errorOf(app.client.target.save(aDraft()))).toMatchObject({
      code: 'VAULT_MISSING',
    });
    expect((await app.client.target.list({})).targets).toEqual([]);
  });

  test('leaves its secret in no file, and gives it back to nobody', async () => {
    const secret = 'canary-2c7e-secret';
    const app = await aDoor();
    await app.client.vault.create({ passphrase: PASSPHRASE });
    await app.client.target.save(aDraft({ secrets: { R2_SECRET_ACCESS_KEY: secret } }));
    await errorOf(app.client.target.check({ target: 'prod' }));

    const told = [
      await app.client.target.kept({ name: 'prod' }),
      await app.client.target.list({}),
      await app.client.config.show({ target: 'prod' }),
      await app.client.vault.status({}),
    ];

    expect(everythingWritten()).not.toContain(secret);
    expect(JSON.stringify(told)).not.toContain(secret);
    expect(told[0]).toMatchObject({ secretsSet: ['R2_SECRET_ACCESS_KEY'] });
  });

  test('keeps the secrets that a change leaves out, and forgets those that it empties', async () => {
    const app = await aDoor();
    await app.client.vault.create({ passphrase: PASSPHRASE });
    await app.client.target.save(aDraft());

    const settings = { ...aDraft().settings, UNWIND_ENVIRONMENT: 'staging' };
    await app.client.target.save(aDraft({ settings, secrets: {} }));
    expect(await app.client.target.check({ target: 'prod' })).toMatchObject({ name: 'prod' });

    await app.client.target.save(aDraft({ settings, secrets: { R2_SECRET_ACCESS_KEY: '' } }));
    expect(await app.client.target.kept({ name: 'prod' })).toMatchObject({ secretsSet: [] });
    expect((await app.client.vault.status({})).entries).toEqual([]);
  });

  test('is forgotten with its secrets', async () => {
    const app = await aDoor();
    await app.client.vault.create({ passphrase: PASSPHRASE });
    await app.client.target.save(aDraft());

    await app.client.target.remove({ name: 'prod' });

    expect((await app.client.target.list({})).targets).toEqual([]);
    expect((await app.client.vault.status({})).entries).toEqual([]);
    expect(await errorOf(app.client.target.remove({ name: 'prod' }))).toMatchObject({
      code: 'TARGET_NOT_FOUND',
    });
  });

  test.each([
    ['a value that is not allowed', { R2_BUCKET_NAME: 'No Bucket' }, 'R2_BUCKET_NAME'],
    ['production without a typed phrase', { UNWIND_GUARD: 'silent' }, 'UNWIND_GUARD'],
    ['a setting of the workspace', { LOG_LEVEL: 'DEBUG' }, 'LOG_LEVEL'],
    ['a secret among the settings', { POSTGRES_PASSWORD: 'x' }, 'POSTGRES_PASSWORD'],
    ['something that is no setting', { NONSENSE: 'x' }, 'NONSENSE'],
  ])('is refused with %s, and what was kept before stays', async (_what, wrong, setting) => {
    const app = await aDoor();
    await app.client.vault.create({ passphrase: PASSPHRASE });
    await app.client.target.save(aDraft());
    const before = readFileSync(join(home, 'targets.yaml'), 'utf8');

    const settings = { ...aDraft().settings, ...wrong };
    const error = await errorOf(
      app.client.target.save(aDraft({ settings, secrets: { CLOUDFLARE_API_TOKEN: 'new' } })),
    );

    expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
    expect(error.message).toContain(setting);
    expect(readFileSync(join(home, 'targets.yaml'), 'utf8')).toBe(before);
    expect((await app.client.vault.status({})).entries).toHaveLength(1);
    expect(await app.client.target.check({ target: 'prod' })).toMatchObject({ name: 'prod' });
  });

  test('is refused under a name that the config file has', async () => {
    const configFile = 'targets: { prod: { D1_LOCAL_PATH: a.sqlite } }';
    writeFileSync(join(home, 'config.yaml'), configFile);
    const app = await aDoor();
    await app.client.vault.create({ passphrase: PASSPHRASE });

    expect(await errorOf(app.client.target.save(aDraft()))).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('Two targets are called "prod"') as string,
    });
  });
});

describe('a test of a target', () => {
  test('opens each part and keeps nothing', async () => {
    const app = await aDoor();

    const { parts } = await app.client.target.test(aDraft());

    expect(parts).toMatchObject([
      { part: 'database', state: 'ok', found: migration.databasePath },
      { part: 'bucket', state: 'ok', fix: null },
      { part: 'originals', state: 'ok' },
    ]);
    expect(readdirSync(home)).toEqual([]);
  });

  test('says of each part on its own what is wrong, and what to do', async () => {
    const app = await aDoor();
    const settings = {
      ...aDraft().settings,
      D1_LOCAL_PATH: join(home, 'nothing.sqlite'),
      UNWIND_ORIGINALS: '',
    };

    const { parts } = await app.client.target.test(
      aDraft({ settings, secrets: { R2_SECRET_ACCESS_KEY: 'wrong' } }),
    );

    expect(parts).toMatchObject([
      { part: 'database', state: 'failed', fix: expect.any(String) as string },
      { part: 'bucket', state: 'failed', fix: expect.any(String) as string },
      { part: 'originals', state: 'not-configured' },
    ]);
  });

  test('takes the secrets that are kept where none are entered', async () => {
    const app = await aDoor();
    await app.client.vault.create({ passphrase: PASSPHRASE });
    await app.client.target.save(aDraft());

    const { parts } = await app.client.target.test(aDraft({ secrets: {} }));

    expect(parts[1]).toMatchObject({ part: 'bucket', state: 'ok' });
  });
});
