import { once } from 'node:events';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { fromCall } from '../../../src/main/hosts/engine/client.ts';
import type { Engine } from '../../../src/main/hosts/engine/engine.ts';
import { allOf, aTinyEngine, tinyClientOver } from '../../support/hosts/a-tiny-engine.ts';

describe('engine thread', () => {
  let engine: Engine | undefined;

  afterEach(async () => {
    await engine?.close();
    engine = undefined;
  });

  test('answers calls over a port and says where its workspace is', async () => {
    engine = await aTinyEngine();
    const client = tinyClientOver(engine.connect());

    expect(await client.square({ value: 7 })).toBe(49);
    expect(engine.workspacePath).toBe('/workspace');
  });

  test('streams events in order until the stream ends', async () => {
    engine = await aTinyEngine();
    const client = tinyClientOver(engine.connect());

    expect(await allOf(await client.count({ to: 5 }))).toEqual([0, 1, 2, 3, 4]);
  });

  test('ends a stream when its page goes away', async () => {
    engine = await aTinyEngine();
    const watcher = tinyClientOver(engine.connect());
    const port = engine.connect();
    const stream = await tinyClientOver(port).count({ to: 1e9 });
    await stream.next();

    port.close();

    await vi.waitFor(async () => {
      expect(await watcher.openStreams({})).toBe(0);
    });
  });

  test('hands an error over with its code and hint', async () => {
    engine = await aTinyEngine();
    const client = tinyClientOver(engine.connect());

    const error = fromCall(await client.refuse({}).catch((reason: unknown) => reason));

    expect(error).toMatchObject({ code: 'TARGET_LOCKED', exitCode: 7, hint: 'Wait.' });
  });

  test('refuses an unknown key in an input', async () => {
    engine = await aTinyEngine();
    const client = tinyClientOver(engine.connect());
    const input: { value: number } = { value: 1, ...{ extra: true } };

    await expect(client.square(input)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });

  test.each(['not json', '{"i":"1"}', '[]', 'null'])(
    'cuts off a connection that sends %s and goes on with the others',
    async (frame) => {
      engine = await aTinyEngine();
      const good = tinyClientOver(engine.connect());
      const bad = engine.connect();
      const closed = once(bad, 'close');

      bad.postMessage(frame);

      await closed;
      expect(await good.square({ value: 3 })).toBe(9);
    },
  );

  test('says which runs are going', async () => {
    engine = await aTinyEngine({ run: '01K' });

    expect(await engine.activeRunIds()).toEqual(['01K']);
  });

  test('fails to start with the error that composing threw', async () => {
    const error: unknown = await aTinyEngine({ fail: 'yes' }).catch((reason: unknown) => reason);

    expect(error).toMatchObject({ code: 'CONFIG_INVALID', exitCode: 2, hint: 'Fix it.' });
  });

  test('closes its ports and the thread, and can be closed twice', async () => {
    const closing = await aTinyEngine();
    const closed = once(closing.connect(), 'close');

    await Promise.all([closing.close(), closing.close()]);

    await closed;
  });

  test('hands over the error of an end that failed', async () => {
    const closing = await aTinyEngine({ failClose: 'yes' });

    await expect(closing.close()).rejects.toMatchObject({ code: 'DISK_FULL' });
  });

  test('tells its host when the thread ended by itself, and runs nothing any more', async () => {
    const dying = await aTinyEngine({ run: '01K' });
    const ended = new Promise((resolve) => {
      dying.onExit(resolve);
    });

    await tinyClientOver(dying.connect()).crash({});

    expect(await ended).toMatchObject({ code: 'INTERNAL' });
    expect(await dying.activeRunIds()).toEqual([]);
  });
});
