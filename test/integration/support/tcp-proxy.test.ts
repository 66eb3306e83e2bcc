import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  cutAfter,
  firstUnits,
  startTcpProxy,
  type TcpProxy,
} from '../../support/tcp/start-tcp-proxy.ts';

let server: Server;
let proxy: TcpProxy;
let received: string;

/** A server that answers each chunk with the same in capitals. */
beforeAll(async () => {
  server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      received += chunk.toString();
      socket.write(chunk.toString().toUpperCase());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(() => {
  server.close();
});

beforeEach(async () => {
  received = '';
  proxy = await startTcpProxy({
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
  });
});

afterEach(() => proxy.stop());

interface Talk {
  readonly socket: Socket;
  /** Everything that came back until the connection ended, and the code of its error. */
  readonly ended: Promise<{ readonly heard: string; readonly code: string | undefined }>;
}

async function talk(): Promise<Talk> {
  const socket = connect(proxy.port, proxy.host);
  let heard = '';
  let code: string | undefined;
  socket.on('data', (chunk) => {
    heard += chunk.toString();
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    code = error.code;
  });
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await Promise.race([new Promise((resolve) => socket.once('connect', resolve)), closed]);
  return { socket, ended: closed.then(() => ({ heard, code })) };
}

async function heardWithin(socket: Socket, limitMs: number): Promise<string> {
  return Promise.race([
    once(socket, 'data').then(([chunk]) => String(chunk)),
    new Promise<string>((resolve) => setTimeout(() => resolve('nothing'), limitMs)),
  ]);
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('TCP proxy', () => {
  test('passes both directions and the end of the connection', async () => {
    const { socket, ended } = await talk();

    socket.end('hello');

    expect(await ended).toEqual({ heard: 'HELLO', code: undefined });
  });

  test('cuts before the unit reaches the server', async () => {
    proxy.use(({ direction }) => (direction === 'to-server' ? { kind: 'cut' } : undefined));
    const { socket, ended } = await talk();

    socket.write('hello');

    expect(await ended).toMatchObject({ heard: '' });
    expect(received).toBe('');
  });

  test('loses the answer to what the server has received', async () => {
    proxy.use(({ direction }) => (direction === 'to-server' ? { kind: 'lose-answer' } : undefined));
    const { socket, ended } = await talk();

    socket.write('hello');

    expect(await ended).toMatchObject({ heard: '' });
    expect(received).toBe('hello');
  });

  test('delivers late what the client has given up', async () => {
    proxy.use(({ direction }) =>
      direction === 'to-server' ? { kind: 'deliver-late', delayMs: 100 } : undefined,
    );
    const { socket, ended } = await talk();

    socket.write('hello');
    await ended;

    expect(received).toBe('');
    await until(() => received === 'hello');
  });

  test('resets the client', async () => {
    proxy.use(() => ({ kind: 'reset' }));
    const { socket, ended } = await talk();

    socket.write('hello');

    expect(await ended).toEqual({ heard: '', code: 'ECONNRESET' });
  });

  test('cuts after so many bytes from the server', async () => {
    proxy.use(cutAfter(7, 'to-client'));
    const { socket, ended } = await talk();

    socket.write('hello');
    await once(socket, 'data');
    socket.write('world');

    expect(await ended).toMatchObject({ heard: 'HELLOWO' });
  });

  test('cuts after so many bytes to the server', async () => {
    proxy.use(cutAfter(3, 'to-server'));
    const { socket, ended } = await talk();

    socket.write('hello');
    await ended;

    await until(() => received === 'hel');
  });

  test('delays by what it is told', async () => {
    proxy.use(({ direction }) =>
      direction === 'to-server' ? { kind: 'delay', delayMs: 150 } : undefined,
    );
    const { socket, ended } = await talk();

    socket.write('hello');
    expect(await heardWithin(socket, 75)).toBe('nothing');
    expect(await heardWithin(socket, 5_000)).toBe('HELLO');
    socket.end();
    await ended;
  });

  test('stalls and keeps both sides open', async () => {
    proxy.use(() => ({ kind: 'stall' }));
    const { socket, ended } = await talk();

    socket.write('hello');

    expect(await heardWithin(socket, 100)).toBe('nothing');
    expect(socket.destroyed).toBe(false);
    proxy.cutAll();
    await ended;
  });

  test('applies a fault as often as it is told', async () => {
    proxy.use(firstUnits(1, { kind: 'cut' }, ({ direction }) => direction === 'to-server'));
    const first = await talk();
    first.socket.write('one');
    await first.ended;
    const second = await talk();

    second.socket.end('two');

    expect(await second.ended).toMatchObject({ heard: 'TWO' });
    expect(proxy.connectionCount).toBe(2);
  });

  test('refuses like a server that is gone, and serves again', async () => {
    const open = await talk();
    proxy.serve('refuse');
    await open.ended;
    const refused = await talk();
    expect(await refused.ended).toMatchObject({ heard: '' });

    proxy.serve('accept');
    const { socket, ended } = await talk();
    socket.end('back');

    expect(await ended).toMatchObject({ heard: 'BACK' });
  });
});
