import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { openSandbox } from '../../../src/main/adapters/sandbox/open-sandbox.ts';
import { tryLock } from '../../../src/main/adapters/sandbox/process-lock.ts';
import type { Sandbox } from '../../../src/main/core/ports/sandbox.ts';
import { aStoppedSandbox, aWorkspace } from '../../support/sandbox/a-sandbox.ts';
import { SERVER_ENTRY } from '../../support/sandbox/sandbox-template.ts';
import {
  groupOf,
  serversOf,
  untilGroupIsGone,
  watchdogOf,
  workerdOf,
} from '../../support/sandbox/server-processes.ts';

let workspace: string;
let path: string;
let sandbox: Sandbox;

beforeAll(async () => {
  ({ workspace, path } = await aStoppedSandbox());
  sandbox = openSandbox({ path, serverEntry: SERVER_ENTRY, ownerPid: process.pid });
});
afterEach(async () => {
  await sandbox.stop();
});
afterAll(async () => {
  await rm(workspace, { recursive: true });
});

async function pidOfServer(): Promise<number> {
  const file = JSON.parse(await readFile(join(path, 'server.json'), 'utf8')) as { pid: number };
  return file.pid;
}

async function changeServerFile(change: object): Promise<void> {
  const file = JSON.parse(await readFile(join(path, 'server.json'), 'utf8')) as object;
  await writeFile(join(path, 'server.json'), JSON.stringify({ ...file, ...change }));
}

/** A process of somebody else, which lives until the test ends. */
function aForeignProcess(): ChildProcess {
  const foreign = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
    stdio: 'ignore',
  });
  onTestFinished(() => {
    foreign.kill('SIGKILL');
  });
  return foreign;
}

/** A web server of somebody else that answers everything with `text`; returns its address. */
async function aForeignServer(text: string): Promise<string> {
  const server: Server = createServer((_, response) => response.end(text));
  onTestFinished(() => {
    server.close();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return `http://127.0.0.1:${String(typeof address === 'object' ? address?.port : 0)}/`;
}

describe('server of the sandbox', () => {
  test('leaves no process behind when it is stopped', async () => {
    await sandbox.start();
    const pid = await pidOfServer();
    expect(groupOf(pid).length).toBeGreaterThan(1);

    await sandbox.stop();

    expect(groupOf(pid)).toEqual([]);
    expect(existsSync(join(path, 'tmp'))).toBe(false);
  });

  test('is not taken for gone while its process waits for another, and goes with it', async () => {
    await sandbox.start();
    const pid = await pidOfServer();
    process.kill(Number(watchdogOf(pid)), 'SIGSTOP');

    await sandbox.stop();

    await untilGroupIsGone(pid);
  });

  test('takes workerd with it when it is killed outright', async () => {
    await sandbox.start();
    const pid = await pidOfServer();
    expect(workerdOf(pid)).toBeDefined();

    process.kill(pid, 'SIGKILL');

    await untilGroupIsGone(pid);
  });

  test('is noticed to be dead, and started again at the same address', async () => {
    const { endpoint } = await sandbox.start();
    const pid = await pidOfServer();
    process.kill(pid, 'SIGKILL');
    await untilGroupIsGone(pid);

    expect(await sandbox.get()).toMatchObject({ state: 'stopped', endpoint: null });
    expect(await sandbox.start()).toMatchObject({ state: 'running', endpoint });
  });

  test('brings workerd back at the same address when only workerd is killed', async () => {
    const running = await sandbox.start();
    const pid = await pidOfServer();
    const workerd = workerdOf(pid);

    process.kill(Number(workerd), 'SIGKILL');

    await vi.waitUntil(() => ![undefined, workerd].includes(workerdOf(pid)), { timeout: 10_000 });
    await vi.waitFor(async () => expect(await sandbox.get()).toEqual(running), { timeout: 10_000 });
  });

  test('is one and the same for two who start it at once', async () => {
    const neighbour = openSandbox({ path, serverEntry: SERVER_ENTRY, ownerPid: process.pid });

    const [one, two] = await Promise.all([sandbox.start(), neighbour.start()]);

    expect(one).toEqual(two);
    expect(serversOf(path)).toEqual([await pidOfServer()]);
  });

  test('ends when its owner dies', async () => {
    const owner = aForeignProcess();
    await openSandbox({ path, serverEntry: SERVER_ENTRY, ownerPid: Number(owner.pid) }).start();
    const pid = await pidOfServer();

    owner.kill('SIGKILL');

    await untilGroupIsGone(pid);
    expect(await sandbox.get()).toMatchObject({ state: 'stopped' });
  });

  test('goes to another port when somebody has taken its own', async () => {
    const { endpoint } = await sandbox.start();
    await sandbox.stop();
    const thief = createServer().listen(Number(new URL(String(endpoint)).port), '127.0.0.1');
    await once(thief, 'listening');

    const view = await sandbox.start();

    expect(view).toMatchObject({ state: 'running' });
    expect(view.endpoint).not.toBe(endpoint);
    thief.close();
  });

  test('gets none of the secrets in the environment of who starts it', async () => {
    vi.stubEnv('R2_SECRET_ACCESS_KEY', 'of-production');
    onTestFinished(() => void vi.unstubAllEnvs());

    await sandbox.start();

    const pid = await pidOfServer();
    if (process.platform !== 'linux') return;
    expect(await readFile(`/proc/${String(pid)}/environ`, 'utf8')).not.toContain('of-production');
  });
});

describe('server.json', () => {
  test('is not believed, and its process not killed, when no server holds the lock', async () => {
    await sandbox.start();
    await sandbox.stop();
    const foreign = aForeignProcess();
    const endpoint = await aForeignServer('recycled');
    await changeServerFile({ pid: foreign.pid, instance: 'recycled', endpoint });

    expect(await sandbox.get()).toMatchObject({ state: 'stopped' });
    await sandbox.stop();
    expect(foreign.exitCode ?? foreign.signalCode).toBeNull();
  });

  test('is not believed when the address answers as somebody else', async () => {
    await sandbox.start();
    const before = await readFile(join(path, 'server.json'), 'utf8');
    const endpoint = await aForeignServer('somebody else');
    await changeServerFile({ endpoint });

    expect(await sandbox.get()).toMatchObject({ state: 'stopped', endpoint: null });
    await writeFile(join(path, 'server.json'), before);
  });

  test.each(['', 'not json', '{"pid": 1}', '{"pid": -1, "endpoint": "x"}'])(
    'counts as none when it holds %j',
    async (content) => {
      await writeFile(join(path, 'server.json'), content);

      expect(await sandbox.get()).toMatchObject({ state: 'stopped' });
      expect(await sandbox.start()).toMatchObject({ state: 'running' });
    },
  );
});

describe('start of the sandbox', () => {
  test('refuses to serve files that a silent process still holds', async () => {
    const release = tryLock(join(path, 'server.lock'));
    onTestFinished(() => release?.());

    await expect(sandbox.start()).rejects.toMatchObject({
      code: 'SANDBOX_FAILED',
      message: expect.stringContaining('holds its server lock') as string,
    });
  });

  test('fails with the cause when the server cannot run, and leaves no process', async () => {
    const serverEntry = new URL('./no-such-entry.ts', SERVER_ENTRY);
    const broken = openSandbox({ path, serverEntry });

    const failure = await broken.start().catch((error: unknown) => error as Error);

    expect(failure).toMatchObject({ code: 'SANDBOX_FAILED' });
    expect(String((failure as Error).cause)).toContain('no-such-entry');
    expect(serversOf(path)).toEqual([]);
  });

  test('fails when the settings are not ours', async () => {
    const damaged = await aStoppedSandbox();
    onTestFinished(() => rm(damaged.workspace, { recursive: true }));
    await writeFile(join(damaged.path, 'sandbox.json'), '{"formatVersion": 99}');

    const attempt = openSandbox({ path: damaged.path, serverEntry: SERVER_ENTRY }).start();
    await expect(attempt).rejects.toMatchObject({ code: 'SANDBOX_FAILED' });
  });
});

describe('creation of the sandbox', { timeout: 90_000 }, () => {
  test('leaves no half sandbox when its server is killed, and succeeds afterwards', async () => {
    const home = await aWorkspace();
    onTestFinished(() => rm(home, { recursive: true }));
    const fresh = openSandbox({
      path: join(home, 'sandbox'),
      serverEntry: SERVER_ENTRY,
      ownerPid: process.pid,
    });
    const creation = fresh.create({ seed: 5 }).catch((error: unknown) => error);
    const pid = await untilItBuilds(home);

    process.kill(pid, 'SIGKILL');

    expect(await creation).toMatchObject({ code: 'SANDBOX_FAILED' });
    await untilGroupIsGone(pid);
    expect(await fresh.get()).toMatchObject({ state: 'absent' });
    expect(await fresh.create({ seed: 5 })).toMatchObject({ state: 'running', seed: 5 });
    expect((await readdir(home)).sort()).toEqual(['sandbox', 'sandbox.lock', 'sandbox.log']);
    await fresh.stop();
  });

  test('ends by itself when the one who asked for it is killed', async () => {
    const home = await aWorkspace();
    onTestFinished(() => rm(home, { recursive: true }));
    const asker = aProcessThatCreates(join(home, 'sandbox'));
    const pid = await untilItBuilds(home);

    asker.kill('SIGKILL');

    await untilGroupIsGone(pid);
    expect(existsSync(join(home, 'sandbox'))).toBe(false);
  });
});

/** Waits until objects are being stored in the folder where a sandbox is built; returns the pid of the builder. */
async function untilItBuilds(home: string): Promise<number> {
  await vi.waitUntil(
    async () => (await readdir(home, { recursive: true })).some((name) => /tmp-.*blobs/.test(name)),
    { timeout: 30_000, interval: 20 },
  );
  const [pid] = serversOf(join(home, 'sandbox'));
  if (pid === undefined) throw new Error('No server process builds the sandbox.');
  return pid;
}

function aProcessThatCreates(target: string): ChildProcess {
  const module = new URL('../../../src/main/adapters/sandbox/open-sandbox.ts', import.meta.url)
    .href;
  const script = `import { openSandbox } from ${JSON.stringify(module)};
    const serverEntry = new URL(${JSON.stringify(SERVER_ENTRY.href)});
    await openSandbox({ path: ${JSON.stringify(target)}, serverEntry }).create({ seed: 5 });`;
  return spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore' });
}
