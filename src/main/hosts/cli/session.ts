import type { UnwindClient } from '../engine/client.ts';
import type { GlobalOptions, Session } from './command.ts';

/** What the application is composed from. */
export interface SessionRequest {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly globals: GlobalOptions;
  /** The program that serves the sandbox. */
  readonly sandboxEntry: URL;
  /** The sandbox's server ends with this process. */
  readonly sandboxOwnerPid?: number;
}

/** A session that has to be closed. */
export interface OpenSession extends Session {
  /** Stops runs at a safe boundary and closes everything. */
  close(): Promise<void>;
}

/** Composes the application in this process. Loads it only now, so that `--help` stays quick. */
export async function openSession(request: SessionRequest): Promise<OpenSession> {
  const [{ composeApp }, { createRouterClient }] = await Promise.all([
    import('../../app/compose.ts'),
    import('@orpc/server'),
  ]);
  const { globals, sandboxOwnerPid } = request;
  const app = await composeApp({
    door: 'cli',
    env: { ...request.env },
    cwd: request.cwd,
    flags: flagsOf(globals),
    sandboxEntry: request.sandboxEntry,
    ...(globals.config === undefined ? {} : { configFile: globals.config }),
    ...(sandboxOwnerPid === undefined ? {} : { sandboxOwnerPid }),
  });
  const client: UnwindClient = createRouterClient(app.router, { context: {} });
  return { client, workspacePath: app.workspacePath, close: () => app.close() };
}

/** The settings that were given as options, by setting name. */
function flagsOf(globals: GlobalOptions): Record<string, string> {
  const given = {
    target: globals.target,
    UNWIND_HOME: globals.home,
    D1_LOCAL_PATH: globals.d1Path,
    R2_BUCKET_NAME: globals.bucket,
    R2_ENDPOINT: globals.endpoint,
    UNWIND_ORIGINALS: globals.originals,
  };
  const flags: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined) flags[name] = value;
  }
  return flags;
}
