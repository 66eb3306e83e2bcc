import { describe, expect, test } from 'vitest';
import { aConfiguration, aConfigurationError } from './a-configuration.ts';

describe('bad configuration', () => {
  test.each([
    ['USE_D1_DATABASE', 'perhaps', 'true (D1) or false (PostgreSQL)'],
    ['POSTGRES_PORT', '99999', 'from 1 to 65535'],
    ['POSTGRES_PORT', '54x', 'from 1 to 65535'],
    ['R2_BUCKET_NAME', 'My Bucket', 'lower-case letters'],
    ['R2_ENDPOINT', 'localhost:9000', 'an http(s) URL'],
    ['R2_JURISDICTION', 'mars', 'default, eu or fedramp'],
    ['CLOUDFLARE_ACCOUNT_ID', 'a.b/c', 'the account id'],
    ['UNWIND_ORIGINALS', 'ftp://files.example.test', 'a folder, or an http(s) URL'],
    ['UNWIND_MAX_FILES', '-1', 'the most files'],
    ['UNWIND_MAX_FILES', '1e3', 'the most files'],
    ['UNWIND_MAX_BYTES', '5 parsec', 'the most bytes'],
    ['UNWIND_MAX_PERCENT', '100.5', 'from 0 to 100'],
    ['UNWIND_TARGET', 'a b', 'a target name'],
    ['LOG_LEVEL', 'LOUD', 'DEBUG, INFO, WARNING or ERROR'],
  ])('names setting, origin and what is allowed: %s=%s', async (name, value, allowed) => {
    const error = await aConfigurationError({ env: { [name]: value } });

    expect(error).toMatchObject({
      code: 'CONFIG_INVALID',
      exitCode: 2,
      message: expect.stringMatching(new RegExp(`^${name} from \\$${name} is "`)) as string,
      hint: expect.stringContaining(allowed) as string,
    });
  });

  test.each([
    ['POSTGRES_HOST', 'postgres://app:url-secret@db/files'],
    ['POSTGRES_HOST', 'app:url-secret@db'],
    ['POSTGRES_DB', 'postgres://db/files?password=url-secret'],
  ])('never repeats a connection URL, for it may hold a password: %s=%s', async (name, value) => {
    const error = await aConfigurationError({ env: { [name]: value } });

    expect(error).toMatchObject({ code: 'CONFIG_INVALID', details: { setting: name } });
    expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain('url-secret');
  });

  test.each([
    ['is not a map', '- a\n- b'],
    ['is not YAML', 'a: [1'],
    ['has a key that is no setting', 'R2_BUCKET: x'],
    ['has a workspace setting inside a target', 'targets: { prod: { LOG_LEVEL: INFO } }'],
    ['names a target sandbox', 'targets: { sandbox: { D1_LOCAL_PATH: a } }'],
    ['has targets that are no map', 'targets: prod'],
    ['has a setting that is a map', 'R2_BUCKET_NAME: { a: { b: c } }'],
  ])('is refused with its path when the config file %s', async (_what, text) => {
    const error = await aConfigurationError({ files: { 'unwind.yaml': text } });

    expect(error).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('unwind.yaml') as string,
    });
  });

  test('never quotes a config file that is not YAML, for the line may hold a secret', async () => {
    const files = { 'unwind.yaml': 'CLOUDFLARE_API_TOKEN: "abcd-secret\nx: ]' };

    expect(String(await aConfigurationError({ files }))).not.toContain('abcd-secret');
  });

  test('is CONFIG_MISSING when --config names no file', async () => {
    const error = await aConfigurationError({ configFile: 'nowhere.yaml' });

    expect(error).toMatchObject({ code: 'CONFIG_MISSING', exitCode: 2 });
  });

  test('moves no workspace from inside the workspace', async () => {
    const files = { 'home/config.yaml': 'UNWIND_HOME: /elsewhere' };

    expect(await aConfigurationError({ files })).toMatchObject({ code: 'CONFIG_INVALID' });
  });

  test('is TARGET_NOT_FOUND when an unknown target is shown', async () => {
    const { configuration } = await aConfiguration({});

    expect(() => configuration.show('nowhere')).toThrow(
      expect.objectContaining({ code: 'TARGET_NOT_FOUND' }) as Error,
    );
  });
});
