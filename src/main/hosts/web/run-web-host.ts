import { existsSync } from 'node:fs';
import type { Server } from 'node:http';
import { ERROR_CODES } from '../../../shared/domain/error-codes.ts';
import { OperatorError, toOperatorError } from '../../../shared/domain/operator-error.ts';
import { clientOver, fromCall, type UnwindClient } from '../engine/client.ts';
import { closeEngine } from '../engine/close-engine.ts';
import { startEngine } from '../engine/engine.ts';
import { ensureSandbox, type SandboxCare } from '../engine/ensure-sandbox.ts';
import { hostEntry, rendererFolder } from '../engine/entries.ts';
import { awaitEnd } from './await-end.ts';
import { parseWebFlags, USAGE, USUAL_PORT, type WebFlags } from './flags.ts';
import { openBrowser } from './open-browser.ts';
import { openSession } from './session.ts';
import { listenForSignals } from './signals.ts';
import { ask, hasTerminal, say } from './terminal.ts';
import { listenOnLoopback, serveConsole } from './web-server.ts';

/** Runs the browser door until it is ended. Returns the exit status; every error is printed, none thrown. */
export async function runWebHost(start: {
  readonly args: readonly string[];
  readonly hostUrl: string;
}): Promise<number> {
  try {
    const flags = parseWebFlags(start.args);
    if (flags.help) {
      process.stdout.write(USAGE);
      return 0;
    }
    return await serve(flags, start.hostUrl);
  } catch (error) {
    const known = toOperatorError(error);
    say(`${known.message}\n${known.hint}`);
    return known.exitCode;
  }
}

async function serve(flags: WebFlags, hostUrl: string): Promise<number> {
  const pages = builtConsole(hostUrl);
  const signals = listenForSignals();
  const engine = await startEngine({
    entry: hostEntry(hostUrl, 'engine'),
    options: {
      door: 'browser',
      env: process.env,
      cwd: process.cwd(),
      flags: flags.settings,
      ...(flags.configFile === undefined ? {} : { configFile: flags.configFile }),
      sandboxEntry: hostEntry(hostUrl, 'sandbox').href,
      sandboxOwnerPid: process.pid,
    },
  });
  const broken = Promise.withResolvers<never>();
  // Raced below; should the engine break between two races, the next one hears of it.
  broken.promise.catch(() => undefined);
  engine.onExit(broken.reject);

  const { server, port } = await listen(flags.port).catch(async (error: unknown) => {
    await engine.close();
    throw error;
  });
  const session = openSession(port);
  const connect = () => engine.connect();
  const dropPages = serveConsole(server, { session, port, rendererFolder: pages, connect });
  const client = clientOver(engine.connect());
  const url = `http://127.0.0.1:${String(port)}/?token=`;

  try {
    const sandbox = await Promise.race([openDoor({ client, flags, url, session }), broken.promise]);
    const runIds = await Promise.race([
      awaitEnd({
        signals,
        activeRunIds: () => engine.activeRunIds(),
        say,
        ask: hasTerminal() ? ask : undefined,
      }),
      broken.promise,
    ]);
    // Without pages nobody starts another run while these stop.
    dropPages();
    const stopped = await closeEngine({ engine, client, runIds, sandbox, say });
    return stopped.length === 0 ? 0 : ERROR_CODES.RUN_INCOMPLETE.exitCode;
  } finally {
    signals.release();
    dropPages();
    server.close();
    server.closeAllConnections();
    // Also after a failure: a thread that goes on would keep the process.
    await engine.close();
  }
}

/** Makes sure that there is something to roll back, prints where the console is, and shows it. */
async function openDoor(opening: {
  readonly client: UnwindClient;
  readonly flags: WebFlags;
  readonly url: string;
  readonly session: { readonly token: string; readonly launchToken: string };
}): Promise<SandboxCare> {
  const { client, flags, url, session } = opening;
  const sandbox = await ensureSandbox(client, say).catch((error: unknown) => {
    const known = fromCall(error);
    if (known.code === 'INTERNAL') throw known;
    // The console still reads old runs, and its sandbox page tries again and shows the same error in full.
    say(`${known.message} ${known.hint}`);
    return 'not-needed' as const;
  });
  process.stdout.write(`${url}${session.token}\n`);
  if (flags.open) {
    void openBrowser(`${url}${session.launchToken}`).then((trouble) => {
      if (trouble !== undefined) say(trouble);
    });
  }
  return sandbox;
}

async function listen(port: number | undefined): Promise<{ server: Server; port: number }> {
  try {
    return await listenOnLoopback(port ?? USUAL_PORT);
  } catch (cause) {
    if (port === undefined && isPortTaken(cause)) return listenOnLoopback(0);
    throw new OperatorError('USAGE_INVALID', {
      message: `The browser door cannot listen on 127.0.0.1:${String(port ?? USUAL_PORT)} (${String((cause as NodeJS.ErrnoException).code)}).`,
      hint: 'Choose another port with --port N, or --port 0 for any free one.',
      cause,
    });
  }
}

function isPortTaken(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'EADDRINUSE' || code === 'EACCES';
}

function builtConsole(hostUrl: string): URL {
  const folder = rendererFolder(hostUrl);
  if (existsSync(new URL('index.html', folder))) return folder;
  throw new OperatorError('FILE_FAILED', {
    message: 'The pages of the console are not built.',
    hint: 'Run `npm run build`, or `npm start`, which builds first.',
  });
}
