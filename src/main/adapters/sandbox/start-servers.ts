import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { Miniflare } from 'miniflare';
import { codeOf } from './errors.ts';
import type { SandboxPaths } from './sandbox-paths.ts';
import type { FreshSettings } from './sandbox-settings.ts';

/** D1 and R2, served. */
export interface RunningServers {
  /** Address of the S3 endpoint. */
  readonly endpoint: string;
  /** What the server answers at `/`. */
  readonly instance: string;
  readonly miniflare: Miniflare;
  /** Ends workerd and returns when its process is gone. */
  close(): Promise<void>;
}

interface Start {
  readonly paths: SandboxPaths;
  readonly settings: FreshSettings;
  readonly preferredPort: number | undefined;
}

/** Name of the D1 binding inside the sandbox's worker. */
export const D1_BINDING = 'DB';

const PORT_ATTEMPTS = 3;

/** Starts Cloudflare's runtime on the files of a sandbox, on 127.0.0.1 only. The caller holds the server lock. */
export async function startServers(start: Start): Promise<RunningServers> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(start);
    } catch (error) {
      // Somebody took the port between our look and workerd's bind.
      if (codeOf(error) !== 'ERR_ADDRESS_IN_USE' || attempt === PORT_ATTEMPTS) throw error;
    }
  }
}

async function startOnce({ paths, settings, preferredPort }: Start): Promise<RunningServers> {
  const instance = randomUUID();
  // Fixed before the start, so that a workerd that crashed and is started again by miniflare keeps its address.
  const port = await freePort(preferredPort);
  // Where miniflare puts its scratch files: killed outright it leaves them, and here they are found and removed.
  process.env['TMPDIR'] = paths.temp;
  process.env['TEMP'] = paths.temp;
  const { accessKeyId, secretAccessKey } = settings;
  const miniflare = new Miniflare({
    host: '127.0.0.1',
    port,
    // No placeholder of request metadata is to be fetched from the internet.
    cf: false,
    modules: true,
    script: `export default { fetch: () => new Response(${JSON.stringify(instance)}) };`,
    compatibilityDate: '2026-01-01',
    d1Databases: { [D1_BINDING]: settings.databaseId },
    d1Persist: paths.d1,
    r2Buckets: { FILES: { id: settings.bucket, s3Credentials: { accessKeyId, secretAccessKey } } },
    r2Persist: paths.r2,
  });
  try {
    const address = await miniflare.ready;
    return {
      endpoint: new URL('/cdn-cgi/local/r2/s3', address).href,
      instance,
      miniflare,
      close: () => miniflare.dispose(),
    };
  } catch (error) {
    await miniflare.dispose();
    throw error;
  }
}

/** The preferred port if nobody listens on it, else any free one. */
async function freePort(preferred: number | undefined): Promise<number> {
  const server = createServer();
  try {
    return await listen(server, preferred ?? 0);
  } catch {
    // Taken, or not ours to take: any other port serves as well, which is why the reason does not matter.
    return await listen(server, 0);
  } finally {
    server.close();
  }
}

async function listen(server: ReturnType<typeof createServer>, port: number): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A TCP server has no port.');
  return address.port;
}
