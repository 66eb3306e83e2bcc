import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, aWebDoor, type WebDoor } from '../../support/hosts/a-web-door.ts';

describe('browser door › files', () => {
  let door: WebDoor;

  beforeAll(async () => {
    door = await aWebDoor();
  });

  afterAll(async () => {
    await door.close();
  });

  function get(rawPath: string): Promise<Answer> {
    return door.get(rawPath, { cookie: door.cookie });
  }

  test.each(['/', '/status', '/runs/01KAQ0000000000000000000AB'])(
    'serves the console at %s',
    async (path) => {
      const answer = await get(path);

      expect(answer).toMatchObject({
        status: 200,
        headers: { 'content-type': 'text/html; charset=utf-8' },
      });
      expect(answer.body).toContain('<title>Unwind</title>');
    },
  );

  test('lets a hashed asset be cached for good and a page not at all', async () => {
    const [asset, page] = await Promise.all([get('/assets/app-5f2c.js'), get('/')]);

    expect(asset.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'private, max-age=31536000, immutable',
    });
    expect(page.headers['cache-control']).toBe('no-store');
  });

  test.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/%2E%2E%2Fsecret.txt',
    '/..%2fsecret.txt',
    '/..%5csecret.txt',
    '/assets/..\\..\\secret.txt',
    '//etc/../../secret.txt',
    '/%00/secret.txt',
    '/%zz.txt',
    '/.env',
    '/assets/nothing.js',
    '/C:/secret.txt',
  ])('finds nothing at %s', async (rawPath) => {
    const answer = await get(rawPath);

    expect(answer).toMatchObject({ status: 404, body: 'Not found\n' });
  });

  test('sends a policy that lets in the page’s own scripts, its nonce and its own socket only', async () => {
    const { headers } = await get('/');

    const policy = String(headers['content-security-policy']).replace(/nonce-[^']+/, 'nonce-N');
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self' 'nonce-N'",
      "img-src 'self' data:",
      "font-src 'self'",
      `connect-src ws://127.0.0.1:${String(door.port)}`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ]);
  });

  test('writes the nonce of the policy into the page, a new one each time', async () => {
    const nonces = (await Promise.all([get('/'), get('/')])).map(nonceOfPolicy);

    expect(new Set(nonces).size).toBe(2);
    const page = await get('/');
    expect(page.body).toContain(`nonce="${nonceOfPolicy(page)}"`);
  });

  test.each(['/', '/assets/app-5f2c.js', '/nothing.js'])(
    'hardens the answer to %s',
    async (path) => {
      const { headers } = await get(path);

      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'permissions-policy': expect.stringContaining('camera=()') as string,
      });
    },
  );

  test('takes nothing but GET and HEAD', async () => {
    const url = `http://127.0.0.1:${String(door.port)}/`;
    const headers = { cookie: door.cookie };

    const answers = await Promise.all(
      ['POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD'].map((method) => fetch(url, { method, headers })),
    );

    expect(answers.map(({ status }) => status)).toEqual([405, 405, 405, 405, 200]);
  });
});

function nonceOfPolicy(answer: Answer): string {
  return /'nonce-([^']+)'/.exec(String(answer.headers['content-security-policy']))?.[1] ?? '';
}
