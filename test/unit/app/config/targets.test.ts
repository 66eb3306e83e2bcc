import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { aConfiguration, aConfigurationError } from './a-configuration.ts';

const twoTargets = `
targets:
  prod: { D1_LOCAL_PATH: prod.sqlite, R2_BUCKET_NAME: bucket-prod }
  stage: { D1_LOCAL_PATH: stage.sqlite, R2_BUCKET_NAME: bucket-stage }
`;
const files = { 'unwind.yaml': twoTargets };

describe('configured targets', () => {
  test('are none when no database is configured', async () => {
    const { configuration } = await aConfiguration({ env: { R2_BUCKET_NAME: 'bucket-a' } });

    expect(configuration.targets).toEqual([]);
    expect(configuration.defaultTarget).toBeNull();
  });

  test('hold the one that the environment describes, called default', async () => {
    const { configuration, cwd } = await aConfiguration({ env: { USE_D1_DATABASE: 'TRUE' } });

    expect(configuration.targets).toEqual([
      {
        name: 'default',
        isManaged: false,
        shutSecrets: [],
        databaseKind: 'd1',
        d1Path: join(cwd, '.wrangler/state/v3/d1/miniflare-D1DatabaseObject/*.sqlite'),
        bucket: null,
        endpoint: null,
        accountId: null,
        apiToken: null,
        accessKeyId: null,
        secretAccessKey: null,
        jurisdiction: 'default',
        originals: null,
        mappingPath: null,
        limits: { files: null, bytes: null, percent: null },
        guard: { environment: 'unnamed', level: 'phrase', origin: null },
        postgres: null,
      },
    ]);
  });

  test('read the PostgreSQL settings of the reference', async () => {
    const env = { USE_D1_DATABASE: 'false', POSTGRES_DB: 'list_cutter', POSTGRES_USER: 'postgres' };
    const { configuration } = await aConfiguration({ env: { ...env, D1_LOCAL_PATH: 'x.sqlite' } });

    expect(configuration.targets[0]).toMatchObject({
      databaseKind: 'postgres',
      d1Path: null,
      postgres: {
        host: 'localhost',
        port: 5432,
        database: 'list_cutter',
        user: 'postgres',
        password: null,
      },
    });
  });

  test('put the one of the environment first, then those of the file in order', async () => {
    const env = { D1_LOCAL_PATH: 'env.sqlite', UNWIND_TARGET: 'mine' };
    const { configuration } = await aConfiguration({ env, files });

    expect(configuration.targets.map((target) => target.name)).toEqual(['mine', 'prod', 'stage']);
    expect(configuration.defaultTarget).toBe('mine');
  });

  test('put the one that UNWIND_TARGET names first', async () => {
    const { configuration } = await aConfiguration({ env: { UNWIND_TARGET: 'stage' }, files });

    expect(configuration.targets.map((target) => target.name)).toEqual(['stage', 'prod']);
  });

  test('are never pointed elsewhere by the environment when the file names them', async () => {
    const env = { R2_BUCKET_NAME: 'bucket-stray', UNWIND_ORIGINALS: '/stray' };
    const { configuration } = await aConfiguration({ env, files });

    expect(configuration.targets[0]).toMatchObject({ bucket: 'bucket-prod', originals: null });
  });

  test('inherit the account and its credentials', async () => {
    const env = { CLOUDFLARE_ACCOUNT_ID: 'acc', CLOUDFLARE_API_TOKEN: 'token' };
    const { configuration } = await aConfiguration({ env, files });

    expect(configuration.targets[1]).toMatchObject({ accountId: 'acc', apiToken: 'token' });
  });

  test('with credentials of their own inherit no others', async () => {
    const own = `targets: { prod: { D1_LOCAL_PATH: a.sqlite, CLOUDFLARE_API_TOKEN: 'env:PROD' } }`;
    const { configuration } = await aConfiguration({
      env: { R2_ACCESS_KEY_ID: 'id', R2_SECRET_ACCESS_KEY: 'secret', PROD: 'own-token' },
      files: { 'unwind.yaml': own },
    });

    expect(configuration.targets[0]).toMatchObject({
      apiToken: 'own-token',
      accessKeyId: null,
      secretAccessKey: null,
    });
  });
});

describe('flags', () => {
  test('change the chosen target and no other', async () => {
    const flags = { target: 'stage', R2_BUCKET_NAME: 'bucket-flag' };
    const { configuration } = await aConfiguration({ flags, files });

    expect(configuration.targets.map((target) => target.bucket)).toEqual([
      'bucket-prod',
      'bucket-flag',
    ]);
  });

  test('change the default target when none is chosen', async () => {
    const { configuration } = await aConfiguration({
      flags: { R2_BUCKET_NAME: 'bucket-flag' },
      files,
    });

    expect(configuration.targets.map((target) => target.bucket)).toEqual([
      'bucket-flag',
      'bucket-stage',
    ]);
  });

  test('choose D1 by naming a D1 file', async () => {
    const env = { USE_D1_DATABASE: 'false', POSTGRES_DB: 'list_cutter' };
    const { configuration } = await aConfiguration({ env, flags: { D1_LOCAL_PATH: 'a.sqlite' } });

    expect(configuration.targets[0]).toMatchObject({ databaseKind: 'd1' });
  });

  test('cannot change the sandbox', async () => {
    const flags = { target: 'sandbox', R2_BUCKET_NAME: 'bucket-flag' };

    expect(await aConfigurationError({ flags })).toMatchObject({ code: 'CONFIG_INVALID' });
  });
});

describe('contradictory targets', () => {
  test('with both databases and no word which are refused', async () => {
    const env = { D1_LOCAL_PATH: 'a.sqlite', POSTGRES_DB: 'list_cutter' };

    expect(await aConfigurationError({ env })).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('$D1_LOCAL_PATH') as string,
    });
  });

  test.each(['prod', 'sandbox'])('that share the name %s are refused', async (name) => {
    const env = { D1_LOCAL_PATH: 'a.sqlite', UNWIND_TARGET: name };

    expect(await aConfigurationError({ env, files })).toMatchObject({ code: 'CONFIG_INVALID' });
  });
});
