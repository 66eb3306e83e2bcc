import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { httpOriginals } from '../../../src/main/adapters/originals/http-originals.ts';
import { noOriginals } from '../../../src/main/adapters/originals/no-originals.ts';
import {
  HTTP_PATIENCE,
  type HttpPatience,
} from '../../../src/main/adapters/originals/retry-while-busy.ts';
import { type FileServer, startFileServer } from '../../support/originals/start-file-server.ts';

let server: FileServer;

beforeAll(async () => {
  server = await startFileServer();
});

afterAll(() => server.stop());

beforeEach(() => {
  server.write('a.txt', 'content');
  server.use(() => undefined);
});

/** Waits that a test can afford; the number of attempts is the real one. */
const QUICK: HttpPatience = { ...HTTP_PATIENCE, firstDelayMs: 1, longestWaitMs: 2_000 };

function inspect(path: string, depth: 'presence' | 'content' = 'content') {
  return originals().inspect(path, depth);
}

function originals(patience: Partial<HttpPatience> = {}) {
  return httpOriginals({
    base: server.base,
    idleTimeoutMs: 500,
    patience: { ...QUICK, ...patience },
  });
}

/** Answers the first `count` requests with `status`, the others as usual. */
function busyFor(count: number, status: number, headers: Record<string, string> = {}): void {
  let left = count;
  server.use((_, response) => {
    if (left === 0) return undefined;
    left -= 1;
    response.writeHead(status, headers).end();
    return 'answered';
  });
}

/** Answers every request with a redirect from `/files/a.txt` to `target`. */
function redirectTo(target: string): void {
  server.use((request, response) => {
    if (request.url !== '/files/a.txt') return undefined;
    response.writeHead(302, { location: target }).end();
    return 'answered';
  });
}

function answerStatus(status: number): void {
  server.use((_, response) => {
    response.writeHead(status).end();
    return 'answered';
  });
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

describe('originals over HTTP › answers', () => {
  test('give size and SHA-256 of the content', async () => {
    expect(await inspect('a.txt')).toMatchObject({
      sizeBytes: 7,
      hash: { sizeBytes: 7, sha256: sha256('content') },
    });
  });

  test('that announce fewer bytes than they bring are taken at their word', async () => {
    server.use((_, response) => {
      response.socket?.end(
        'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\ncontent',
      );
      return 'answered';
    });

    expect(await inspect('a.txt')).toMatchObject({
      sizeBytes: 3,
      hash: { sha256: sha256('con') },
    });
  });

  test.each(['presence', 'content'] as const)('404 and 410 mean missing (%s)', async (depth) => {
    for (const status of [404, 410]) {
      answerStatus(status);
      expect(await inspect('a.txt', depth)).toMatchObject({ state: 'missing' });
    }
  });

  test.each([204, 206, 401, 403, 429, 500, 503])('%i means unknown', async (status) => {
    answerStatus(status);

    for (const depth of ['presence', 'content'] as const) {
      expect(await inspect('a.txt', depth)).toMatchObject({
        state: 'unknown',
        detail: expect.stringContaining(String(status)),
      });
    }
  });

  test.each([405, 501])('%i to a HEAD is followed by a GET', async (status) => {
    server.use(({ method }, response) => {
      if (method !== 'HEAD') return undefined;
      response.writeHead(status).end();
      return 'answered';
    });

    expect(await inspect('a.txt', 'presence')).toMatchObject({ sizeBytes: 7, hash: null });
  });

  test('without a size to a HEAD are followed by a GET that counts', async () => {
    server.use(({ method }, response) => {
      response.writeHead(200, { 'transfer-encoding': 'chunked' });
      response.end(method === 'HEAD' ? undefined : 'counted');
      return 'answered';
    });

    expect(await inspect('a.txt', 'presence')).toMatchObject({ sizeBytes: 7, hash: null });
  });

  test('are asked for as they are, not compressed', async () => {
    const accepted: unknown[] = [];
    server.use(({ headers }) => {
      accepted.push(headers['accept-encoding']);
      return undefined;
    });

    await inspect('a.txt', 'presence');
    await inspect('a.txt');

    expect(accepted).toEqual(['identity', 'identity']);
  });

  test('of compressed content are measured by their content', async () => {
    const compressed = gzipSync('content');
    server.use(({ method }, response) => {
      response.writeHead(200, {
        'content-encoding': 'gzip',
        'content-length': compressed.length,
      });
      response.end(method === 'HEAD' ? undefined : compressed);
      return 'answered';
    });

    expect(await inspect('a.txt', 'presence')).toMatchObject({ sizeBytes: 7 });
    expect(await inspect('a.txt')).toMatchObject({ sizeBytes: 7, hash: { sizeBytes: 7 } });
  });

  test('that break off are unknown', async () => {
    server.use((_, response) => {
      response.writeHead(200, { 'content-length': 1000 });
      response.write('content', () => response.destroy());
      return 'answered';
    });

    expect(await inspect('a.txt')).toMatchObject({ state: 'unknown' });
  });
});

describe('originals over HTTP › redirects', () => {
  test('within the origin are followed', async () => {
    server.write('moved.txt', 'moved');
    redirectTo('/files/moved.txt');

    expect(await inspect('a.txt')).toMatchObject({
      state: 'present',
      sizeBytes: 5,
      location: `${server.base}/moved.txt`,
    });
  });

  test('to another origin are not followed', async () => {
    const other = await startFileServer();
    other.write('a.txt', 'content');
    redirectTo(`${other.base}/a.txt`);

    const facts = await inspect('a.txt');
    await other.stop();

    expect(facts).toMatchObject({
      state: 'unknown',
      detail: expect.stringContaining('another origin'),
    });
    expect(other.seen).toEqual([]);
  });

  test('to another origin after one within it are not followed either', async () => {
    const other = await startFileServer();
    server.use(({ url }, response) => {
      const target = url === '/files/a.txt' ? '/files/b.txt' : `${other.base}/a.txt`;
      response.writeHead(302, { location: target }).end();
      return 'answered';
    });

    const facts = await inspect('a.txt');
    await other.stop();

    expect(facts).toMatchObject({ state: 'unknown' });
    expect(other.seen).toEqual([]);
  });

  test('in a circle end', async () => {
    redirectTo('/files/a.txt');

    expect(await inspect('a.txt')).toMatchObject({ state: 'unknown' });
    expect(server.seen.length).toBeLessThan(10);
  });
});

describe('originals over HTTP › silence', () => {
  test('of a server that never answers ends as unknown', async () => {
    server.use(() => 'answered');

    expect(await inspect('a.txt')).toMatchObject({
      state: 'unknown',
      detail: expect.stringContaining('silent for 500 ms'),
    });
  });

  test('in the middle of a body ends as unknown', async () => {
    server.use((_, response) => {
      response.writeHead(200, { 'content-length': 1000 });
      response.write('content');
      return 'answered';
    });

    expect(await inspect('a.txt')).toMatchObject({
      state: 'unknown',
      detail: expect.stringContaining('silent'),
    });
  });

  test('is not what a body is that comes slowly for longer than the limit', async () => {
    server.use((_, response) => {
      response.writeHead(200, { 'content-length': 8 });
      let sent = 0;
      const timer = setInterval(() => {
        sent += 1;
        response.write('x');
        if (sent === 8) {
          clearInterval(timer);
          response.end();
        }
      }, 100);
      return 'answered';
    });

    expect(await inspect('a.txt')).toMatchObject({ state: 'present', sizeBytes: 8 });
  });

  test('of a port where nobody listens is unknown', async () => {
    const gone = await startFileServer();
    await gone.stop();

    const originalsOf = httpOriginals({ base: gone.base, patience: QUICK });

    expect(await originalsOf.inspect('a.txt', 'content')).toMatchObject({
      state: 'unknown',
      detail: expect.stringContaining('ECONNREFUSED'),
    });
  });
});

describe('originals over HTTP › a busy server', () => {
  test.each([429, 500, 502, 503, 504])('that answers %i is asked again', async (status) => {
    for (const depth of ['presence', 'content'] as const) {
      busyFor(2, status);
      expect(await inspect('a.txt', depth)).toMatchObject({ state: 'present', sizeBytes: 7 });
      expect(server.seen).toHaveLength(3);
    }
  });

  test.each([400, 401, 403, 404, 410])('is not what %i says: it is believed', async (status) => {
    busyFor(1, status);

    await inspect('a.txt');

    expect(server.seen).toHaveLength(1);
  });

  test('that drops the connection in the middle of a body is asked again, for the whole', async () => {
    let dropped = 0;
    server.use((_, response) => {
      if (dropped === 2) return undefined;
      dropped += 1;
      response.writeHead(200, { 'content-length': 7 });
      response.write('con', () => response.destroy());
      return 'answered';
    });

    expect(await inspect('a.txt')).toMatchObject({
      state: 'present',
      sizeBytes: 7,
      hash: { sha256: sha256('content') },
    });
  });

  test('that says how long is not asked before, for any file', async () => {
    server.write('b.txt', 'content');
    busyFor(1, 429, { 'retry-after': '1' });
    const shared = originals();
    const startedMs = performance.now();

    await shared.inspect('a.txt', 'content');
    await shared.inspect('b.txt', 'content');

    expect(performance.now() - startedMs).toBeGreaterThan(990);
    expect(server.seen).toHaveLength(3);
  });

  test('that says until when is not asked before', async () => {
    const at = new Date(Date.now() + 2_000).toUTCString();
    busyFor(1, 503, { 'retry-after': at });
    const startedMs = performance.now();

    expect(await inspect('a.txt')).toMatchObject({ state: 'present' });

    expect(performance.now() - startedMs).toBeGreaterThan(900);
  });

  test('that asks for more time than there is is not waited for, and its wish is told', async () => {
    busyFor(9, 503, { 'retry-after': '120' });

    expect(await inspect('a.txt')).toMatchObject({
      state: 'unknown',
      detail: expect.stringContaining('HTTP 503 and asks to wait 120 s'),
    });
    expect(server.seen).toHaveLength(1);
  });

  test('that stays busy costs its attempts for a few files only', async () => {
    busyFor(1_000, 503);
    const shared = originals();

    for (let file = 0; file < 10; file += 1) await shared.inspect('a.txt', 'content');

    const { attempts, giveUpAfter } = HTTP_PATIENCE;
    expect(server.seen).toHaveLength(attempts * giveUpAfter + (10 - giveUpAfter));
  });

  test('that recovers is given all attempts again', async () => {
    busyFor(HTTP_PATIENCE.attempts * HTTP_PATIENCE.giveUpAfter, 503);
    const shared = originals();
    for (let file = 0; file < HTTP_PATIENCE.giveUpAfter; file += 1)
      await shared.inspect('a.txt', 'content');
    expect(await shared.inspect('a.txt', 'content')).toMatchObject({ state: 'present' });

    busyFor(3, 503);

    expect(await shared.inspect('a.txt', 'content')).toMatchObject({ state: 'present' });
  });
});

describe('originals over HTTP › connections', () => {
  test('are kept and used again', async () => {
    const before = server.connectionCount;
    const shared = originals();

    for (let file = 0; file < 20; file += 1) await shared.inspect('a.txt', 'content');

    expect(server.connectionCount - before).toBe(1);
  });

  test('are as many as there are files looked at side by side, whatever is asked and answered', async () => {
    const before = server.connectionCount;
    const shared = originals();
    const lane = async (): Promise<void> => {
      for (let round = 0; round < 5; round += 1) {
        await shared.inspect('a.txt', 'presence');
        await shared.inspect('a.txt', 'content');
        await shared.inspect('gone.txt', 'presence');
        await shared.inspect('gone.txt', 'content');
      }
    };

    await Promise.all([lane(), lane(), lane()]);

    expect(server.connectionCount - before).toBe(3);
  });
});

describe('originals over HTTP › addresses', () => {
  test('below the base are taken as they are', async () => {
    server.write('with space.txt', 'content');

    expect(await inspect(`${server.base}/with%20space.txt`)).toMatchObject({ sizeBytes: 7 });
  });

  test.each([
    'http://127.0.0.1:1/files/a.txt',
    'https://elsewhere.invalid/files/a.txt',
    '{base}-other/a.txt',
    '{base}/../a.txt',
    '{base}/%2e%2e/a.txt',
    '{base}/..%2f..%2fa.txt',
    '{base}/..%5ca.txt',
    '{base}/%zz',
    'http://',
  ])('that leave the base are not asked for: %s', async (path) => {
    expect(await inspect(path.replace('{base}', server.base))).toMatchObject({ state: 'escapes' });
    expect(server.seen).toEqual([]);
  });

  test('are not made of text that is not Unicode', async () => {
    expect(await inspect('a\uD800')).toMatchObject({ state: 'unknown' });
  });

  test.each([
    'ftp://host/',
    'nonsense',
    'http://user:pass@host/',
    'http://host/?a=b',
    'http://h/%zz',
  ])('of a base such as %s are refused, without repeating it', (base) => {
    expect(() => httpOriginals({ base })).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: expect.not.stringContaining(base),
      }),
    );
  });
});

describe('no originals', () => {
  test('have no place, and know of no file', async () => {
    expect(noOriginals().location).toBeNull();
    expect(await noOriginals().inspect('a.txt', 'content')).toMatchObject({
      state: 'unknown',
      detail: expect.stringContaining('UNWIND_ORIGINALS'),
    });
  });
});

describe('originals over HTTP › diagnosis', () => {
  test.each([
    [404, 'ok'],
    [429, 'warning'],
    [503, 'warning'],
  ])('of a base that answers %i is %s', async (status, state) => {
    busyFor(1, status);

    expect(await originals().diagnose()).toMatchObject([{ name: 'originals.readable', state }]);
  });
});
