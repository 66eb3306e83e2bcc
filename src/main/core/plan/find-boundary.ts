import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { Checkpoint } from '../../../shared/domain/stage.ts';
import type { RunFile } from '../ports/run-file.ts';

/** Finds the checkpoint between stages that a run can be taken back to. @throws CHECKPOINT_NOT_FOUND naming those that there are. */
export function findBoundary(runFile: RunFile, name: string): Checkpoint {
  const checkpoints = runFile.checkpoints();
  const found = checkpoints.find((checkpoint) => checkpoint.name === name);
  if (found?.kind === 'boundary') return found;
  const boundaries = checkpoints.filter(({ kind }) => kind === 'boundary').map((one) => one.name);
  throw new OperatorError('CHECKPOINT_NOT_FOUND', {
    message:
      found === undefined
        ? `Run ${runFile.runId} has no checkpoint "${name}".`
        : `The checkpoint "${name}" stands inside a stage (${found.label}): the files of a stage are taken back together.`,
    hint:
      boundaries.length === 0
        ? 'The run has reached no checkpoint to which it can be taken back.'
        : `Take it back to one of: ${boundaries.join(', ')}.`,
    details: { runId: runFile.runId, checkpoint: name, boundaries },
  });
}
