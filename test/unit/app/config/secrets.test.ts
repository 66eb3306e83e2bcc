import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { aConfiguration, aConfigurationError, shownValue } from './a-configuration.ts';

describe('secrets', () => {
  const env = {
    D1_LOCAL_PATH: 'a.sqlite',
    CLOUDFLARE_API_TOKEN: 'very-secret-token',
    R2_SECRET_ACCESS_KEY: 'very/secret+key',
    R2_ENDPOINT: 'https://someone:url-secret@r2.example.test/x',
  };

  test('are shown as set and never as they are', async () => {
    const { configuration } = await aConfiguration({ env });

    const shown = JSON.stringify(configuration.show());

    expect(shown).not.toMatch(/very|url-secret|someone/);
    expect(shownValue(configuration, 'CLOUDFLARE_API_TOKEN')).toMatchObject({
      value: 'set',
      secret: true,
    });
    expect(shownValue(configuration, 'R2_ENDPOINT')).toMatchObject({
      value: 'https://***@r2.example.test/x',
    });
  });

  test('are listed for redaction with what is derived from them', async () => {
    const { configuration } = await aConfiguration({ env });

    expect(configuration.secretValues).toEqual(
      expect.arrayContaining([
        'very-secret-token',
        createHash('sha256').update('very-secret-token').digest('hex'),
        'very/secret+key',
        'very%2Fsecret%2Bkey',
        'url-secret',
      ]),
    );
  });

  test.each([
    'CLOUDFLARE_API_TOKEN: abcd',
    'POSTGRES_PASSWORD: 1234',
    'targets: { prod: { R2_SECRET_ACCESS_KEY: abcd } }',
    'R2_ENDPOINT: https://me:abcd@r2.example.test',
  ])('are refused in a config file: %s', async (text) => {
    const error = await aConfigurationError({ files: { 'unwind.yaml': text } });

    expect(error).toMatchObject({ code: 'CONFIG_SECRET_IN_FILE', exitCode: 2 });
    expect(JSON.stringify(error) + String(error)).not.toMatch(/abcd|1234/);
  });

  test('come into a config file as references to variables', async () => {
    const { configuration, cwd } = await aConfiguration({
      env: { D1_LOCAL_PATH: 'a.sqlite' },
      files: {
        '.env': 'PROD_TOKEN=very-secret',
        'unwind.yaml': 'CLOUDFLARE_API_TOKEN: env:PROD_TOKEN',
      },
    });

    expect(configuration.targets[0]?.apiToken).toBe('very-secret');
    expect(shownValue(configuration, 'CLOUDFLARE_API_TOKEN')).toMatchObject({
      value: 'set',
      origin: `${cwd}/unwind.yaml, $PROD_TOKEN`,
    });
  });

  test('whose variable is not set are not configured, and config show says why', async () => {
    const { configuration } = await aConfiguration({
      env: { D1_LOCAL_PATH: 'a.sqlite' },
      files: { 'unwind.yaml': 'CLOUDFLARE_API_TOKEN: env:NOT_THERE' },
    });

    expect(configuration.targets[0]?.apiToken).toBeNull();
    expect(shownValue(configuration, 'CLOUDFLARE_API_TOKEN')).toMatchObject({
      value: null,
      source: 'not-set',
      origin: expect.stringContaining('$NOT_THERE (not set)') as string,
    });
  });

  test('are refused as flags', async () => {
    const flags = { CLOUDFLARE_API_TOKEN: 'abcd' };

    expect(await aConfigurationError({ flags })).toMatchObject({ code: 'CONFIG_INVALID' });
  });
});
