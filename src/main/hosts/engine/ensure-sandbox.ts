import { assertNever } from '../../../shared/domain/operator-error.ts';
import type { UnwindClient } from './client.ts';

/** `started`: by this process, which then also stops it. */
export type SandboxCare = 'not-needed' | 'was-running' | 'started';

/**
 * Sees to it that there is something to roll back: where there is no other target, the sandbox is created or started.
 *
 * @throws SANDBOX_FAILED
 */
export async function ensureSandbox(
  client: UnwindClient,
  say: (line: string) => void,
): Promise<SandboxCare> {
  const { targets } = await client.target.list({});
  if (targets.some((target) => target.source !== 'sandbox')) return 'not-needed';

  const sandbox = await client.sandbox.get({});
  switch (sandbox.state) {
    case 'running':
      return 'was-running';
    case 'stopped':
      say('Starting the sandbox (a local D1 database and R2 bucket)…');
      await client.sandbox.start({});
      return 'started';
    case 'absent':
      say('Creating the sandbox (a local D1 database and R2 bucket with a finished migration)…');
      await client.sandbox.create({});
      return 'started';
    default:
      return assertNever(sandbox.state);
  }
}
