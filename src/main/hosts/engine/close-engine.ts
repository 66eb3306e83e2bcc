import { fromCall, type UnwindClient } from './client.ts';
import type { Engine } from './engine.ts';
import type { SandboxCare } from './ensure-sandbox.ts';

/** What ends with a console. */
export interface EngineClosing {
  readonly engine: Engine;
  readonly client: UnwindClient;
  /** The runs that the operator agreed to stop. */
  readonly runIds: readonly string[];
  readonly sandbox: SandboxCare;
  readonly say: (line: string) => void;
}

/**
 * Ends the engine of a console. Order:
 *  1. stop the runs at a safe boundary: they need the sandbox until then
 *  2. stop the sandbox, if this process started it
 *  3. end the engine
 *
 * Returns the runs that were cut short and can be resumed; one that came to its end on the way is not among them.
 */
export async function closeEngine(closing: EngineClosing): Promise<readonly string[]> {
  const { engine, client, runIds, sandbox, say } = closing;
  for (const runId of runIds) say(`Stopping run ${runId} at a safe boundary…`);
  await engine.stopRuns();
  const stopped: string[] = [];
  try {
    for (const runId of runIds) {
      const { state } = await client.run.get({ runId });
      say(`Run ${runId}: ${state}.`);
      if (state !== 'stopped') continue;
      say(`It goes on with \`unwind resume ${runId}\`, or from its page.`);
      stopped.push(runId);
    }
    if (sandbox === 'started') await client.sandbox.stop({});
  } catch (error) {
    throw fromCall(error);
  }
  await engine.close();
  return stopped;
}
