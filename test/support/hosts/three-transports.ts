import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import { createRouterClient } from '@orpc/server';
import { WebSocket } from 'ws';
import { type App, composeApp } from '../../../src/main/app/compose.ts';
import { clientOver, type UnwindClient } from '../../../src/main/hosts/engine/client.ts';
import { type Engine, startEngine } from '../../../src/main/hosts/engine/engine.ts';
import { openSession } from '../../../src/main/hosts/web/session.ts';
import { listenOnLoopback, serveConsole } from '../../../src/main/hosts/web/web-server.ts';
import { aWorkspaceFolder } from '../browser/start-console.ts';

const HOSTS = new URL('../../../src/main/hosts/', import.meta.url);
const sandboxEntry = new URL('sandbox/main.ts', HOSTS);

/** The real procedures on one sandbox, by every way a door reaches them. */
export interface ThreeTransports {
  /** In this process, as the command line calls them. */
  readonly direct: UnwindClient;
  /** Over a MessagePort of the engine thread, as the desktop window calls them. */
  readonly port: UnwindClient;
  /** Over a WebSocket that this thread forwards, as a browser calls them. */
  readonly socket: UnwindClient;
  close(): Promise<void>;
}

/** Creates a sandbox in a workspace of its own and opens all three ways to it. */
export async function openThreeTransports(): Promise<ThreeTransports> {
  const home = await aWorkspaceFolder();
  const where = { env: {}, cwd: home, flags: { UNWIND_HOME: home } };
  const app = await composeApp({
    ...where,
    door: 'cli',
    sandboxEntry,
    sandboxOwnerPid: process.pid,
  });
  const direct: UnwindClient = createRouterClient(app.router);
  await direct.sandbox.create({});
  const engine = await startEngine({
    entry: new URL('engine/main.ts', HOSTS),
    options: { ...where, door: 'browser', sandboxEntry: sandboxEntry.href },
  });
  const web = await openSocket(engine);
  return {
    direct,
    port: clientOver(engine.connect()),
    socket: web.client,
    close: () => closeAll({ app, direct, engine, web, home }),
  };
}

interface OpenSocket {
  readonly client: UnwindClient;
  close(): void;
}

async function openSocket(engine: Engine): Promise<OpenSocket> {
  const { server, port } = await listenOnLoopback(0);
  const session = openSession(port);
  const rendererFolder = pathToFileURL('/nowhere/');
  const connect = () => engine.connect();
  const dropPages = serveConsole(server, { session, port, rendererFolder, connect });
  const origin = `127.0.0.1:${String(port)}`;
  const cookie = session.setCookie.split(';', 1)[0] ?? '';
  const socket = new WebSocket(`ws://${origin}/rpc`, {
    headers: { origin: `http://${origin}`, cookie },
  });
  await once(socket, 'open');
  return {
    client: createORPCClient(new RPCLink({ websocket: socket as never })),
    close() {
      dropPages();
      server.close();
    },
  };
}

async function closeAll(open: {
  readonly app: App;
  readonly direct: UnwindClient;
  readonly engine: Engine;
  readonly web: OpenSocket;
  readonly home: string;
}): Promise<void> {
  open.web.close();
  await open.engine.close();
  await open.direct.sandbox.stop({});
  await open.app.close();
  await rm(open.home, { recursive: true, force: true });
}
