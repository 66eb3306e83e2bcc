import { writeAtomically } from '../system/write-atomically.ts';
import type { ServerFile } from './find-server.ts';
import type { SandboxPaths } from './sandbox-paths.ts';
import type { RunningServers } from './start-servers.ts';

/** Writes `server.json` for this process, so that others find (and prove) it. */
export async function publishServer(paths: SandboxPaths, servers: RunningServers): Promise<void> {
  const claim: ServerFile = {
    pid: process.pid,
    endpoint: servers.endpoint,
    instance: servers.instance,
    startedAt: new Date().toISOString(),
  };
  await writeAtomically(paths.server, `${JSON.stringify(claim, null, 2)}\n`, { mode: 0o600 });
}
