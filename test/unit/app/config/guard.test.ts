import { describe, expect, test } from 'vitest';
import { aConfiguration, aConfigurationError } from './a-configuration.ts';

const D1 = { USE_D1_DATABASE: 'true' };

describe('guard of a target', () => {
  test('is the typed phrase unless something says otherwise', async () => {
    const { configuration } = await aConfiguration({ env: D1 });

    expect(configuration.targets[0]?.guard).toEqual({
      environment: 'unnamed',
      level: 'phrase',
      origin: null,
    });
  });

  test('knows its level and where that stands', async () => {
    const env = { ...D1, UNWIND_ENVIRONMENT: 'staging', UNWIND_GUARD: 'silent' };
    const { configuration } = await aConfiguration({ env });

    expect(configuration.targets[0]?.guard).toEqual({
      environment: 'staging',
      level: 'silent',
      origin: '$UNWIND_GUARD',
    });
  });

  test('of a named target is its own and not that of the environment', async () => {
    const files = {
      'unwind.yaml':
        'targets: { prod: { D1_LOCAL_PATH: a.sqlite, UNWIND_ENVIRONMENT: production } }',
    };
    const { configuration } = await aConfiguration({ env: { UNWIND_GUARD: 'silent' }, files });

    expect(configuration.targets[0]?.guard).toMatchObject({
      environment: 'production',
      level: 'phrase',
    });
  });

  test.each(['confirm', 'silent'])('of production may not be %s', async (level) => {
    const env = { ...D1, UNWIND_ENVIRONMENT: 'production', UNWIND_GUARD: level };

    expect(await aConfigurationError({ env })).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(`$UNWIND_GUARD is ${level}`) as string,
    });
  });

  test.each(['UNWIND_GUARD', 'UNWIND_ENVIRONMENT'])(
    'whose %s refers to a variable that is not set is refused, not forgotten',
    async (setting) => {
      const files = {
        'unwind.yaml': `targets: { prod: { D1_LOCAL_PATH: a.sqlite, ${setting}: 'env:NOT_SET' } }`,
      };

      expect(await aConfigurationError({ files })).toMatchObject({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining(setting) as string,
      });
    },
  );
});
