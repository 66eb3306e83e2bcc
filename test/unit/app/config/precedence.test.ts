import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { aConfiguration, shownValue } from './a-configuration.ts';

const d1 = { D1_LOCAL_PATH: 'app.sqlite' };

describe('configuration precedence', () => {
  const files = {
    '.env': 'R2_BUCKET_NAME=from-env-file',
    'unwind.yaml': 'R2_BUCKET_NAME: from-file',
  };

  test('takes a flag before everything else and says so', async () => {
    const { configuration } = await aConfiguration({
      env: { ...d1, R2_BUCKET_NAME: 'from-environment' },
      flags: { R2_BUCKET_NAME: 'from-flag' },
      files,
    });

    expect(configuration.targets[0]?.bucket).toBe('from-flag');
    expect(shownValue(configuration, 'R2_BUCKET_NAME')).toEqual({
      name: 'R2_BUCKET_NAME',
      value: 'from-flag',
      source: 'flag',
      origin: '--bucket',
      secret: false,
    });
  });

  test('takes the environment before .env', async () => {
    const env = { ...d1, R2_BUCKET_NAME: 'from-environment' };
    const { configuration } = await aConfiguration({ env, files });

    expect(shownValue(configuration, 'R2_BUCKET_NAME')).toMatchObject({
      value: 'from-environment',
      source: 'environment',
      origin: '$R2_BUCKET_NAME',
    });
  });

  test('takes .env before the config file', async () => {
    const { configuration, cwd } = await aConfiguration({ env: d1, files });

    expect(shownValue(configuration, 'R2_BUCKET_NAME')).toMatchObject({
      value: 'from-env-file',
      source: 'env-file',
      origin: join(cwd, '.env'),
    });
  });

  test('takes the config file before a default', async () => {
    const { configuration, cwd } = await aConfiguration({
      env: d1,
      files: { 'unwind.yaml': 'LOG_LEVEL: debug' },
    });

    expect(configuration.logLevel).toBe('DEBUG');
    expect(shownValue(configuration, 'LOG_LEVEL')).toMatchObject({
      source: 'config-file',
      origin: join(cwd, 'unwind.yaml'),
    });
  });

  test('counts an empty variable as not set', async () => {
    const { configuration } = await aConfiguration({ env: { ...d1, R2_BUCKET_NAME: '' }, files });

    expect(configuration.targets[0]?.bucket).toBe('from-env-file');
  });

  test('leaves process.env alone when it reads .env', async () => {
    await aConfiguration({ files: { '.env': 'UNWIND_TEST_LEAK=1\nR2_BUCKET_NAME=from-env-file' } });

    expect(process.env['UNWIND_TEST_LEAK']).toBeUndefined();
  });
});

describe('config file', () => {
  test('is found in the workspace when the working folder has none', async () => {
    const { configuration } = await aConfiguration({
      files: { 'home/config.yaml': 'D1_LOCAL_PATH: app.sqlite' },
    });

    expect(configuration.targets[0]?.d1Path).toBe(join(configuration.workspacePath, 'app.sqlite'));
  });

  test('is the one that --config names, and no other', async () => {
    const { configuration } = await aConfiguration({
      env: d1,
      files: { 'unwind.yaml': 'R2_BUCKET_NAME: usual', 'other.yaml': 'R2_BUCKET_NAME: named' },
      configFile: 'other.yaml',
    });

    expect(configuration.targets[0]?.bucket).toBe('named');
  });

  test('may place the workspace', async () => {
    const { configuration, cwd } = await aConfiguration({
      env: { UNWIND_HOME: '' },
      files: { 'unwind.yaml': 'UNWIND_HOME: here' },
    });

    expect(configuration.workspacePath).toBe(join(cwd, 'here'));
  });

  test('resolves relative paths under its own folder, the environment under the working folder', async () => {
    const { configuration, cwd } = await aConfiguration({
      env: { UNWIND_ORIGINALS: 'originals' },
      files: { 'etc/my.yaml': 'D1_LOCAL_PATH: ../app.sqlite' },
      configFile: 'etc/my.yaml',
    });

    expect(configuration.targets[0]).toMatchObject({
      d1Path: join(cwd, 'app.sqlite'),
      originals: join(cwd, 'originals'),
    });
  });
});
