import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, request } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Engine } from '../../../src/main/hosts/engine/engine.ts';
import { openSession, type Session } from '../../../src/main/hosts/web/session.ts';
import { listenOnLoopback, serveConsole } from '../../../src/main/hosts/web/web-server.ts';
import { aTinyEngine } from './a-tiny-engine.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** The browser door on a tiny engine and a made-up console. */
export interface WebDoor {
  readonly port: number;
  readonly session: Session;
  readonly engine: Engine;
  /** The cookie of a browser that was let in. */
  readonly cookie: string;
  get(rawPath: string, headers?: Record<string, string>): Promise<Answer>;
  close(): Promise<void>;
}

export async function aWebDoor(): Promise<WebDoor> {
  const folder = await aConsoleFolder();
  const engine = await aTinyEngine();
  const { server, port } = await listenOnLoopback(0);
  const session = openSession(port);
  const connect = () => engine.connect();
  const rendererFolder = pathToFileURL(`${folder}/console/`);
  const dropPages = serveConsole(server, { session, port, rendererFolder, connect });
  return {
    port,
    session,
    engine,
    cookie: session.setCookie.split(';', 1)[0] ?? '',
    get: (rawPath, headers = {}) => get({ port, rawPath, headers }),
    async close() {
      dropPages();
      server.close();
      server.closeAllConnections();
      await engine.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** A built console of one page and one asset, with a file beside it that no request may reach. */
export async function aConsoleFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'unwind-console-'));
  await mkdir(path.join(folder, 'console', 'assets'), { recursive: true });
  await writeFile(path.join(folder, 'secret.txt'), 'secret');
  await writeFile(
    path.join(folder, 'console', 'index.html'),
    '<!doctype html><meta property="csp-nonce" nonce="__UNWIND_NONCE__"><title>Unwind</title>',
  );
  await writeFile(path.join(folder, 'console', 'assets', 'app-5f2c.js'), 'export {};');
  return folder;
}

/** A GET whose path goes over the wire as it is written: `fetch` would fold `..` away. */
function get(visit: {
  readonly port: number;
  readonly rawPath: string;
  readonly headers: Record<string, string>;
}): Promise<Answer> {
  const { port, rawPath, headers } = visit;
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path: rawPath, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const body = Buffer.concat(chunks).toString('utf8');
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
      });
    });
    sent.on('error', reject);
    sent.end();
  });
}
