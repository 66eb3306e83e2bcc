import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { aWebDoor, type WebDoor } from '../../support/hosts/a-web-door.ts';

describe('browser door › foreign pages', () => {
  let door: WebDoor;

  beforeAll(async () => {
    door = await aWebDoor();
  });

  afterAll(async () => {
    await door.close();
  });

  test.each(['127.0.0.1', 'localhost'])('answers to %s', async (name) => {
    const host = `${name}:${String(door.port)}`;

    expect(await door.get('/', { host, cookie: door.cookie })).toMatchObject({ status: 200 });
  });

  test.each([
    ['a foreign name that leads here', (port: number) => `evil.example:${String(port)}`],
    ['no port', () => '127.0.0.1'],
    ['another port', (port: number) => `127.0.0.1:${String(port + 1)}`],
    ['a name that begins like ours', (port: number) => `localhost:${String(port)}.evil.example`],
  ])('refuses a Host header with %s, token or not', async (_what, hostOf) => {
    const headers = { host: hostOf(door.port), cookie: door.cookie };

    const answer = await door.get(`/?token=${door.session.token}`, headers);

    expect(answer.status).toBe(403);
  });

  test.each(['cross-site', 'same-site'])(
    'refuses a request that a %s page caused',
    async (site) => {
      const headers = { cookie: door.cookie, 'sec-fetch-site': site };

      expect(await door.get('/', headers)).toMatchObject({ status: 403 });
    },
  );

  test.each(['none', 'same-origin'])('answers a request with Sec-Fetch-Site: %s', async (site) => {
    const headers = { cookie: door.cookie, 'sec-fetch-site': site };

    expect(await door.get('/', headers)).toMatchObject({ status: 200 });
  });

  test('allows no other origin to read an answer', async () => {
    const headers = { cookie: door.cookie, origin: 'http://evil.example' };

    const answer = await door.get('/', headers);

    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-'))).toEqual([]);
  });

  test.each([
    ['a foreign origin', () => 'http://evil.example'],
    ['no origin', () => undefined],
    ['the other name of this machine', (port: number) => `http://localhost:${String(port)}`],
    ['another port', (port: number) => `http://127.0.0.1:${String(port + 1)}`],
    ['https', (port: number) => `https://127.0.0.1:${String(port)}`],
  ])('refuses a WebSocket from %s', async (_what, originOf) => {
    const origin = originOf(door.port);

    expect(await statusOfUpgrade(door, { path: '/rpc', origin, cookie: door.cookie })).toBe(403);
  });

  test('refuses a WebSocket without the cookie', async () => {
    expect(await statusOfUpgrade(door, { path: '/rpc', origin: ownOrigin(door) })).toBe(403);
  });

  test('refuses a WebSocket to another path', async () => {
    const visit = { path: '/', origin: ownOrigin(door), cookie: door.cookie };

    expect(await statusOfUpgrade(door, visit)).toBe(403);
  });

  test('opens a WebSocket for its own page', async () => {
    const visit = { path: '/rpc', origin: ownOrigin(door), cookie: door.cookie };

    expect(await statusOfUpgrade(door, visit)).toBe(101);
  });
});

function ownOrigin(door: WebDoor): string {
  return `http://127.0.0.1:${String(door.port)}`;
}

interface Visit {
  readonly path: string;
  readonly origin: string | undefined;
  readonly cookie?: string;
}

function statusOfUpgrade(door: WebDoor, visit: Visit): Promise<number | undefined> {
  const socket = new WebSocket(`ws://127.0.0.1:${String(door.port)}${visit.path}`, {
    headers: {
      ...(visit.origin === undefined ? {} : { origin: visit.origin }),
      ...(visit.cookie === undefined ? {} : { cookie: visit.cookie }),
    },
  });
  return new Promise((resolve, reject) => {
    socket.on('unexpected-response', (request, response) => {
      resolve(response.statusCode);
      request.destroy();
    });
    socket.on('open', () => {
      resolve(101);
      socket.close();
    });
    socket.on('error', reject);
  });
}
