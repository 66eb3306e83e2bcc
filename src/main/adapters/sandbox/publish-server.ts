import type { ServerFile } from './find-server.ts';
import type { SandboxPaths } from './sandbox-paths.ts';
import type { RunningServers } from './start-servers.ts';
import { writePrivateFile } from './write-private-file.ts';

/** Writes `server.json` for this process, so that others find (and prove) it. */
export async function publishServer(paths: SandboxPaths, servers: RunningServers): Promise<void> {
  const claim: ServerFile = {
    pid: process.pid,
    endpoint: servers.endpoint,
    instance: servers.instance,
    startedAt: new Date().toISOString(),
  };
  await writePrivateFile(paths.server, `${JSON.stringify(claim, null, 2)}\n`);
}
