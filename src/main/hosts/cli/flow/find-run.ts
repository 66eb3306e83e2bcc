import { resolve } from 'node:path';
import { fromWire, OperatorError } from '../../../../shared/domain/operator-error.ts';
import type { RunState, RunSummary } from '../../../../shared/domain/run.ts';
import type { UnwindClient } from '../../engine/client.ts';
import type { CommandContext } from '../command.ts';

const wholeId = /^[0-9A-HJKMNP-TV-Z]{26}$/;
/**
 * States out of which a run is resumed without being named; a partial one only where deletes failed that can be tried again. One at a
 * checkpoint waits for a decision, not for a resume.
 */
const resumable: readonly RunState[] = ['interrupted', 'stopped', 'failed'];

/**
 * Finds the run that an operator names: a whole id, an unambiguous beginning of one, or the path of a `.unwind` file.
 * @throws RUN_NOT_FOUND
 * @throws RUN_FILE_INVALID
 * @throws USAGE_INVALID the beginning fits several runs; lists them.
 */
export async function findRun(context: CommandContext, name: string): Promise<string> {
  const { client } = await context.open();
  if (name.endsWith('.unwind') || /[\\/]/.test(name)) {
    const { runId } = await client.run.openFile({ path: resolve(context.cwd, name) });
    return runId;
  }
  const prefix = name.toUpperCase();
  if (wholeId.test(prefix)) return prefix;
  const { runs } = await client.run.list({ limit: 1000 });
  const matching = runs.filter((run) => run.runId.startsWith(prefix));
  const [first, second] = matching;
  if (first === undefined) {
    throw new OperatorError('RUN_NOT_FOUND', {
      message: `No run of this workspace has an id that begins with "${name}".`,
      hint: 'List the runs with `unwind runs list`.',
      details: { run: name },
    });
  }
  if (second === undefined) return first.runId;
  throw new OperatorError('USAGE_INVALID', {
    message: `${String(matching.length)} runs have ids that begin with "${name}".`,
    hint: 'Type more characters of the id.',
    details: { runs: matching.map(runInWords) },
  });
}

/**
 * Finds the only run that can be resumed, and says which it is.
 * @throws RUN_NOT_FOUND there is none.
 * @throws RUN_FILE_INVALID there is none, but a run file that cannot be read.
 * @throws USAGE_INVALID there are several; lists them.
 */
export async function findUnfinishedRun(
  client: UnwindClient,
): Promise<{ readonly runId: string; readonly inWords: string }> {
  const { runs, unreadable } = await client.run.list({ limit: 1000 });
  const unfinished = runs.filter(
    (run) =>
      run.undoneBy === null &&
      (resumable.includes(run.state) || (run.state === 'partial' && run.counts.failed > 0)),
  );
  const [first, second] = unfinished;
  if (first === undefined) {
    const [damaged] = unreadable;
    // It may be the one that waits.
    if (damaged !== undefined) throw fromWire(damaged.error);
    const held = runs.find((run) => run.state === 'at-checkpoint' && run.undoneBy === null);
    throw new OperatorError('RUN_NOT_FOUND', {
      message: 'No run of this workspace is waiting to be resumed.',
      hint:
        held === undefined
          ? 'List the runs with `unwind runs list`.'
          : `Run ${held.runId} waits at a checkpoint. To go on with it, name it: unwind resume ${held.runId}`,
    });
  }
  if (second === undefined) return { runId: first.runId, inWords: runInWords(first) };
  throw new OperatorError('USAGE_INVALID', {
    message: `${String(unfinished.length)} runs can be resumed.`,
    hint: 'Name one: unwind resume RUN',
    details: { runs: unfinished.map(runInWords) },
  });
}

function runInWords(run: RunSummary): string {
  return `${run.runId}  ${run.state}  ${run.kind} of ${run.scopeInWords} on ${run.targetName}`;
}
