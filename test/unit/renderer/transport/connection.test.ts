import type { ClientContext, ClientOptions } from '@orpc/client';
import { describe, expect, test } from 'vitest';
import { backOffMs } from '../../../../src/renderer/transport/back-off.ts';
import type { Channel } from '../../../../src/renderer/transport/channel.ts';
import { Connection, ConnectionLostError } from '../../../../src/renderer/transport/connection.ts';

const OPTIONS: ClientOptions<ClientContext> = { context: {} };
const wanted = new AbortController().signal;

/** A channel in this process: it answers with `answer` and closes when told. */
function aChannel(answer: () => Promise<unknown>): Channel {
  const closed = Promise.withResolvers<undefined>();
  return {
    link: { call: answer },
    closed: closed.promise,
    close: () => {
      closed.resolve(undefined);
    },
  };
}

function whenOffline(connection: Connection): Promise<void> {
  return new Promise((resolve) => {
    const unsubscribe = connection.subscribe(() => {
      if (connection.state.kind !== 'offline') return;
      unsubscribe();
      resolve();
    });
  });
}

describe('connection', () => {
  test('lets a call wait until it is open for the first time', async () => {
    const opening = Promise.withResolvers<Channel>();
    const connection = new Connection(() => opening.promise);
    const call = connection.call(['run', 'list'], {}, OPTIONS);

    opening.resolve(aChannel(() => Promise.resolve('answer')));

    expect(await call).toBe('answer');
  });

  test('opens a new channel when the old one closes', async () => {
    const channels = ['first', 'second'].map((name) => aChannel(() => Promise.resolve(name)));
    const left = [...channels];
    const connection = new Connection(() => Promise.resolve(left.shift() ?? aNever()));
    await connection.whenOnline(wanted);

    const offline = whenOffline(connection);
    channels[0]?.close();
    await offline;
    await connection.whenOnline(wanted);

    expect(await connection.call([], {}, OPTIONS)).toBe('second');
  });

  test('tells a call apart that was cut off by a closing channel', async () => {
    const cut = Promise.withResolvers<never>();
    const channel = aChannel(() => cut.promise);
    const left = [channel];
    const connection = new Connection(() => Promise.resolve(left.shift() ?? aNever()));
    await connection.whenOnline(wanted);
    const call = connection.call([], {}, OPTIONS);

    const offline = whenOffline(connection);
    channel.close();
    await offline;
    cut.reject(new Error('closed'));

    await expect(call).rejects.toBeInstanceOf(ConnectionLostError);
  });

  test('passes on what the router itself answered', async () => {
    const refusal = new Error('refused');
    const connection = new Connection(() =>
      Promise.resolve(aChannel(() => Promise.reject(refusal))),
    );

    await expect(connection.call([], {}, OPTIONS)).rejects.toBe(refusal);
  });

  test('counts attempts and tries at once when asked to', async () => {
    let attempts = 0;
    const connection = new Connection(() => {
      attempts += 1;
      if (attempts < 3) return Promise.reject(new Error('nobody listens'));
      return Promise.resolve(aChannel(() => Promise.resolve('back')));
    });
    await whenOffline(connection);
    const second = whenOffline(connection);
    connection.retryNow();
    await second;

    expect(connection.state).toMatchObject({ kind: 'offline', attempts: 2 });
    connection.retryNow();
    await connection.whenOnline(wanted);
  });

  test('fails a call at once while it is offline', async () => {
    const connection = new Connection(() => Promise.reject(new Error('nobody listens')));
    await whenOffline(connection);

    await expect(connection.call([], {}, OPTIONS)).rejects.toBeInstanceOf(ConnectionLostError);
  });

  test('stops waiting when nobody needs it any more', async () => {
    const connection = new Connection(() => Promise.resolve(aNever()));
    const controller = new AbortController();
    const offlineThenWaiting = connection.whenOnline(controller.signal);

    await offlineThenWaiting;
    controller.abort();

    await expect(connection.whenOnline(controller.signal)).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});

describe('back-off', () => {
  test('doubles from a quarter of a second and stays below ten', () => {
    expect([1, 2, 3, 6, 30].map(backOffMs)).toEqual([250, 500, 1_000, 8_000, 8_000]);
  });
});

/** A channel that stays open and never answers. */
function aNever(): Channel {
  return aChannel(() => new Promise(() => undefined));
}
