import { describe, expect, test } from 'vitest';
import { parseByteSize } from '../../../../src/main/app/config/byte-size.ts';
import { aConfiguration, aConfigurationError } from './a-configuration.ts';

const D1 = { USE_D1_DATABASE: 'true' };

describe('limits of a target', () => {
  test('are none unless something says so', async () => {
    const { configuration } = await aConfiguration({ env: D1 });

    expect(configuration.targets[0]?.limits).toEqual({ files: null, bytes: null, percent: null });
  });

  test('know their value, their setting and where it stands', async () => {
    const env = {
      ...D1,
      UNWIND_MAX_FILES: '10000',
      UNWIND_MAX_BYTES: '20GiB',
      UNWIND_MAX_PERCENT: '12.5 %',
    };
    const { configuration } = await aConfiguration({ env });

    expect(configuration.targets[0]?.limits).toEqual({
      files: { most: 10_000, setting: 'UNWIND_MAX_FILES', origin: '$UNWIND_MAX_FILES' },
      bytes: { most: 20 * 2 ** 30, setting: 'UNWIND_MAX_BYTES', origin: '$UNWIND_MAX_BYTES' },
      percent: { most: 12.5, setting: 'UNWIND_MAX_PERCENT', origin: '$UNWIND_MAX_PERCENT' },
    });
  });

  test('may be zero: then nothing changes without a reason', async () => {
    const { configuration } = await aConfiguration({ env: { ...D1, UNWIND_MAX_FILES: '0' } });

    expect(configuration.targets[0]?.limits.files).toMatchObject({ most: 0 });
  });

  test('of a named target are its own and not those of the environment', async () => {
    const files = {
      'unwind.yaml': 'targets: { prod: { D1_LOCAL_PATH: a.sqlite, UNWIND_MAX_FILES: 5 } }',
    };
    const { configuration } = await aConfiguration({ env: { UNWIND_MAX_PERCENT: '1' }, files });

    expect(configuration.targets[0]?.limits).toMatchObject({ files: { most: 5 }, percent: null });
  });

  test('that refer to a variable which is not set are refused, not forgotten', async () => {
    const files = {
      'unwind.yaml': `targets: { prod: { D1_LOCAL_PATH: a.sqlite, UNWIND_MAX_FILES: 'env:NOT_SET' } }`,
    };

    expect(await aConfigurationError({ files })).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('UNWIND_MAX_FILES') as string,
    });
  });
});

describe('byte size', () => {
  test.each([
    ['0', 0],
    ['1048576', 1_048_576],
    ['12 B', 12],
    ['500MB', 500_000_000],
    ['500 mb', 500_000_000],
    ['1.5GiB', 1_610_612_736],
    ['2 TiB', 2_199_023_255_552],
    ['0.5 B', 0],
  ])('%s is %i', (text, bytes) => {
    expect(parseByteSize(text)).toBe(bytes);
  });

  test.each(['', 'MB', '-1', '1e3', '1,5GB', '5 parsec', '99999999 TiB', '1 . 5 GB', '５'])(
    '%j is none',
    (text) => {
      expect(parseByteSize(text)).toBeUndefined();
    },
  );
});
