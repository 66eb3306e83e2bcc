import { describe, expect, test } from 'vitest';
import { liveConfiguration } from '../../../../src/main/app/config/live-configuration.ts';
import { aConfiguration } from './a-configuration.ts';

async function loaded(secret: string | undefined) {
  const env = { USE_D1_DATABASE: 'true' };
  const { configuration } = await aConfiguration({
    env: secret === undefined ? env : { ...env, R2_SECRET_ACCESS_KEY: secret },
  });
  return configuration;
}

describe('a configuration that is read again', () => {
  test('says what it was read from the last time', async () => {
    const first = await loaded(undefined);
    const { configuration: second } = await aConfiguration({ env: {} });
    const both = [first, second];
    const live = await liveConfiguration(() => Promise.resolve(both.shift() ?? second));
    expect(live.targets).toHaveLength(1);

    await live.reload();

    expect(live.targets).toEqual([]);
    expect(live.defaultTarget).toBeNull();
  });

  test('stays as it was where reading fails', async () => {
    const first = await loaded(undefined);
    let reads = 0;
    const live = await liveConfiguration(() => {
      reads += 1;
      return reads === 1 ? Promise.resolve(first) : Promise.reject(new Error('broken'));
    });

    await expect(live.reload()).rejects.toThrow('broken');

    expect(live.targets).toEqual(first.targets);
  });

  test('hides every secret that it has ever known, and what it is told to', async () => {
    const both = [await loaded('canary-old'), await loaded('canary-new')];
    const live = await liveConfiguration(() => Promise.resolve(both.shift() ?? loaded(undefined)));
    await live.reload();
    live.hide(['canary-tried']);

    expect(live.secretValues).toEqual(
      expect.arrayContaining(['canary-old', 'canary-new', 'canary-tried']),
    );
  });
});
