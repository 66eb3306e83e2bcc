import { rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  aWorkspaceFolder,
  type StartedConsole,
  spawnWebHost,
  startConsole,
} from '../../support/browser/start-console.ts';

describe('browser door › process', () => {
  let home: string;
  let started: StartedConsole | undefined;

  beforeAll(async () => {
    home = await aWorkspaceFolder();
  });

  afterEach(async () => {
    await started?.close();
    started = undefined;
  });

  afterAll(async () => {
    await rm(home, { recursive: true, force: true });
  });

  async function runToEnd(args: readonly string[]) {
    const host = spawnWebHost(args, { cwd: home, env: {} });
    return { status: await host.exited, said: host.said.join('\n') };
  }

  test('prints its URL with the token, and creates the sandbox where no target is configured', async () => {
    started = await startConsole({ home });

    expect(started.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}$/);
    expect(started.said.join('\n')).toContain('Creating the sandbox');
    console.log(`URL printed after ${Math.round(started.startedInMs)} ms, sandbox created`);
  });

  test('starts the sandbox that is there, and ends in order at a signal', async () => {
    started = await startConsole({ home });
    console.log(`URL printed after ${Math.round(started.startedInMs)} ms, sandbox started`);

    started.signal('SIGTERM');

    expect(await started.exited).toBe(0);
    expect(started.said.join('\n')).toContain('Starting the sandbox');
    await expect(fetch(started.url)).rejects.toThrow();
  });

  test('leaves the sandbox alone where a target is configured', async () => {
    const env = { USE_D1_DATABASE: 'true', D1_LOCAL_PATH: `${home}/none.sqlite` };

    started = await startConsole({ home, env });

    expect(started.said.join('\n')).not.toContain('sandbox');
    console.log(`URL printed after ${Math.round(started.startedInMs)} ms, no sandbox`);
  });

  test('leaves the sandbox alone where a target was entered in the console', async () => {
    const kept = `${home}/targets.yaml`;
    await writeFile(kept, `targets: { mine: { D1_LOCAL_PATH: ${home}/none.sqlite } }`);

    started = await startConsole({ home });

    expect(started.said.join('\n')).not.toContain('sandbox');
    await rm(kept);
  });

  test('refuses wrong usage with status 2 and says where help is', async () => {
    const { status, said } = await runToEnd(['--bind', '0.0.0.0']);

    expect(status).toBe(2);
    expect(said).toContain('--help');
  });

  test('refuses a configuration file that is not there with status 2', async () => {
    const { status, said } = await runToEnd(['--no-open', '--home', home, '--config', 'none.yaml']);

    expect(status).toBe(2);
    expect(said).toContain('none.yaml');
  });

  test('refuses a port that is taken with status 2', async () => {
    const { server, port } = await aTakenPort();

    const { status, said } = await runToEnd(['--no-open', '--home', home, '--port', String(port)]);

    server.close();
    expect(status).toBe(2);
    expect(said).toContain(`127.0.0.1:${String(port)}`);
  });
});

async function aTakenPort(): Promise<{ server: Server; port: number }> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen({ host: '127.0.0.1', port: 0 }, resolve);
  });
  return { server, port: (server.address() as AddressInfo).port };
}
