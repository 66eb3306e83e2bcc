import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aWebDoor, type WebDoor } from '../../support/hosts/a-web-door.ts';

describe('browser door › session', () => {
  let door: WebDoor;

  beforeAll(async () => {
    door = await aWebDoor();
  });

  afterAll(async () => {
    await door.close();
  });

  test('exchanges the token for a cookie that scripts and other sites cannot use, and leaves the clean URL', async () => {
    const answer = await door.get(`/?token=${door.session.token}`);

    expect(answer).toMatchObject({ status: 303, headers: { location: '/' } });
    expect(answer.headers['set-cookie']).toEqual([
      expect.stringMatching(
        new RegExp(`^unwind-${String(door.port)}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict$`),
      ),
    ]);
  });

  test('never puts the token into the cookie', async () => {
    const { headers } = await door.get(`/?token=${door.session.token}`);

    expect(headers['set-cookie']?.join()).not.toContain(door.session.token);
  });

  test('refuses a wrong token', async () => {
    const answer = await door.get(`/?token=${'A'.repeat(43)}`);

    expect(answer.status).toBe(403);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  test('accepts the token of the command line once', async () => {
    const first = await door.get(`/?token=${door.session.launchToken}`);
    const second = await door.get(`/?token=${door.session.launchToken}`);

    expect([first.status, second.status]).toEqual([303, 403]);
  });

  test('leads a browser that is in already to the console, even with a used token', async () => {
    const cookie = { cookie: door.cookie };

    const answer = await door.get('/?token=used', cookie);

    expect(answer).toMatchObject({ status: 303, headers: { location: '/' } });
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  test.each(['/', '/runs', '/assets/app-5f2c.js'])(
    'refuses %s without the cookie',
    async (path) => {
      const answer = await door.get(path);

      expect(answer.status).toBe(403);
      expect(answer.body).toContain('?token=');
    },
  );

  test.each([
    ['another value', (port: number) => `unwind-${String(port)}=${'A'.repeat(43)}`],
    ['an empty value', (port: number) => `unwind-${String(port)}=`],
    ['the console on another port', (port: number) => `unwind-${String(port + 1)}=x`],
  ])('refuses a cookie with %s', async (_what, cookieOf) => {
    const answer = await door.get('/', { cookie: cookieOf(door.port) });

    expect(answer.status).toBe(403);
  });

  test('finds its cookie among those of other consoles on this machine', async () => {
    const answer = await door.get('/', { cookie: `a=1; ${door.cookie}; unwind-1=x` });

    expect(answer.status).toBe(200);
  });
});
