import { mkdir, rm } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { readServerFile } from './find-server.ts';
import { armGroupWatchdog } from './group-watchdog.ts';
import type { ServerMessage } from './launch-server.ts';
import { prepareSandbox } from './prepare-sandbox.ts';
import { holdUntilExit } from './process-lock.ts';
import { publishServer } from './publish-server.ts';
import { sandboxPaths } from './sandbox-paths.ts';
import { readSettingsFile } from './sandbox-settings.ts';
import { startServers } from './start-servers.ts';
import { whenToEnd } from './when-to-end.ts';

const PREDECESSOR_TIMEOUT_MS = 15_000;

/**
 * The life of the sandbox's server process: `--path=FOLDER [--create=SEED | --replace=SEED] [--owner-pid=PID]`.
 *
 * Must be started as the leader of its own process group, with an IPC channel on which it reports (`ServerMessage`).
 * Ends on SIGTERM and SIGINT, when its owner dies, and when its starter dies before it was ready.
 */
export async function serveSandbox(args: readonly string[]): Promise<void> {
  const watchdog = armGroupWatchdog();
  const starter = endWithStarter();
  try {
    const options = parseServerArguments(args);
    const servers = await bringUp(options);
    const ending = whenToEnd(options.ownerPid);
    // Before the report: the starter hangs up as soon as it has it. What is lost in between is a served sandbox that can be found.
    starter.release();
    await report({ kind: 'ready' });
    await ending;
    await servers.close();
  } catch (error) {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    await report({ kind: 'failed', reason: message, stack: stack ?? message });
    process.exitCode = 1;
  }
  await watchdog.dismiss();
  // Whatever a library still keeps open must not keep the sandbox's files locked.
  process.exit();
}

interface ServerOptions {
  readonly path: string;
  readonly seeding: { readonly mode: 'create' | 'replace'; readonly seed: number } | undefined;
  readonly ownerPid: number | undefined;
}

function parseServerArguments(args: readonly string[]): ServerOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      path: { type: 'string' },
      create: { type: 'string' },
      replace: { type: 'string' },
      'owner-pid': { type: 'string' },
    },
  });
  if (values.path === undefined) throw new Error('The sandbox server needs --path=FOLDER.');
  const mode = values.replace === undefined ? 'create' : 'replace';
  const seed = values.replace ?? values.create;
  const ownerPid = values['owner-pid'];
  return {
    path: values.path,
    seeding: seed === undefined ? undefined : { mode, seed: Number(seed) },
    ownerPid: ownerPid === undefined ? undefined : Number(ownerPid),
  };
}

/**
 * Order:
 *  1. build the data in a folder beside, put it in place (when creating)
 *  2. take the server lock: from here on until this process is gone nobody else serves these files
 *  3. start D1 and R2
 *  4. publish pid, endpoint and instance
 */
async function bringUp({ path, seeding }: ServerOptions): Promise<{ close(): Promise<void> }> {
  // Read before a reset throws it away: the same port keeps a target's endpoint the same.
  const lastPort = portOf((await readServerFile(path))?.endpoint);
  if (seeding !== undefined) await prepareSandbox({ path, ...seeding });

  const paths = sandboxPaths(path);
  if (!(await holdUntilExit(paths.serverLock, PREDECESSOR_TIMEOUT_MS)))
    throw new Error('Another server process serves these files.');
  const settings = await readSettingsFile(path);
  if (settings === undefined) throw new Error('There is no sandbox in this folder.');

  await rm(paths.temp, { recursive: true, force: true });
  await mkdir(paths.temp);
  const servers = await startServers({ paths, settings, preferredPort: lastPort });
  await publishServer(paths, servers);
  return {
    close: async () => {
      await servers.close();
      await rm(paths.temp, { recursive: true, force: true });
    },
  };
}

function portOf(endpoint: string | undefined): number | undefined {
  return endpoint === undefined ? undefined : Number(new URL(endpoint).port);
}

/** Ends this process when its starter dies before it was told that we serve: nobody would know what is built here. */
function endWithStarter(): { release(): void } {
  function endAtOnce(): void {
    process.exit(1);
  }
  if (process.send !== undefined && !process.connected) endAtOnce();
  process.once('disconnect', endAtOnce);
  return { release: () => process.off('disconnect', endAtOnce) };
}

/** Waits until the starter has it; a starter that is gone needs no report. */
async function report(message: ServerMessage): Promise<void> {
  await new Promise<void>((resolve) => {
    if (process.send === undefined || !process.connected) resolve();
    else process.send(message, undefined, undefined, () => resolve());
  });
}
