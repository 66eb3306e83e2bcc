import { once } from 'node:events';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { fromCall } from '../../../src/main/hosts/engine/client.ts';
import { allOf, type TinyClient, tinyClientOver } from '../../support/hosts/a-tiny-engine.ts';
import { aWebDoor, type WebDoor } from '../../support/hosts/a-web-door.ts';

describe('browser door › socket', () => {
  let door: WebDoor;

  beforeAll(async () => {
    door = await aWebDoor();
  });

  afterAll(async () => {
    await door.close();
  });

  test('carries a call and its answer', async () => {
    const { client, socket } = await aPage(door);

    expect(await client.square({ value: 12 })).toBe(144);
    socket.close();
  });

  test('carries the calls of a page that sends bytes', async () => {
    const { client, socket } = await aPage(door, 'bytes');

    expect(await client.square({ value: 12 })).toBe(144);
    socket.close();
  });

  test('carries a stream in order, exactly as a port does', async () => {
    const { client, socket } = await aPage(door);
    const direct = tinyClientOver(door.engine.connect());

    const values = await allOf(await client.count({ to: 200 }));

    expect(values).toEqual(await allOf(await direct.count({ to: 200 })));
    socket.close();
  });

  test('carries an error with its code and hint', async () => {
    const { client, socket } = await aPage(door);

    const error = fromCall(await client.refuse({}).catch((reason: unknown) => reason));

    expect(error).toMatchObject({ code: 'TARGET_LOCKED', exitCode: 7, hint: 'Wait.' });
    socket.close();
  });

  test('ends the streams of a page that went away', async () => {
    const { client, socket } = await aPage(door);
    const watcher = tinyClientOver(door.engine.connect());
    const stream = await client.count({ to: 1e9 });
    await stream.next();

    socket.terminate();

    await vi.waitFor(async () => {
      expect(await watcher.openStreams({})).toBe(0);
    });
  });

  test('cuts off a page that sends a frame beyond the limit and serves the next', async () => {
    const { socket } = await aPage(door);

    socket.send('x'.repeat(1024 * 1024 + 1));

    expect(await once(socket, 'close')).toEqual([1009, expect.anything()]);
    const next = await aPage(door);
    expect(await next.client.square({ value: 2 })).toBe(4);
    next.socket.close();
  });

  test('closes the socket of a page that sends what is not a frame', async () => {
    const { socket } = await aPage(door);

    socket.send('no frame');

    expect(await once(socket, 'close')).toEqual([1001, expect.anything()]);
  });
});

async function aPage(
  door: WebDoor,
  frames: 'text' | 'bytes' = 'text',
): Promise<{ client: TinyClient; socket: WebSocket }> {
  const origin = `127.0.0.1:${String(door.port)}`;
  const socket = new WebSocket(`ws://${origin}/rpc`, {
    headers: { origin: `http://${origin}`, cookie: door.cookie },
  });
  await once(socket, 'open');
  if (frames === 'bytes') {
    const send = socket.send.bind(socket);
    socket.send = (data: unknown) => {
      send(Buffer.from(String(data)), { binary: true });
    };
  }
  return { client: createORPCClient(new RPCLink({ websocket: socket as never })), socket };
}
