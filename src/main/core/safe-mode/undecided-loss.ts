import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { RunFile, StoredItem } from '../ports/run-file.ts';
import type { Undecided } from './enter-safe-mode.ts';

const NAMED = 20;

/** Objects that are gone together with their quarantine copies: this run did not remove the copies, and nobody can say who did. */
export function undecidedLoss(
  { runFile }: { readonly runFile: Pick<RunFile, 'runId'> },
  lost: readonly StoredItem[],
): Undecided {
  const [first] = lost;
  return {
    code: 'OBJECTS_LOST',
    sentence:
      lost.length === 1
        ? `An object of run ${runFile.runId} is gone together with its quarantine copy: ${String(first?.objectKey)}.`
        : `${String(lost.length)} objects of run ${runFile.runId} are gone together with their quarantine copies, first ${String(first?.objectKey)}.`,
    facts: {
      count: lost.length,
      keys: lost.slice(0, NAMED).map(({ objectKey }) => objectKey),
      copies: lost.slice(0, NAMED).map(({ quarantineKey }) => quarantineKey),
    },
  };
}

/** The error that ends a run which met them. */
export function objectsLost({ sentence, facts }: Undecided): OperatorError {
  return new OperatorError('OBJECTS_LOST', {
    message: `${sentence} Nothing more was deleted.`,
    hint: 'Find out who removed the copies. The originals are where the plan proved them. See the exits of safe mode with `unwind safe-mode`.',
    details: facts,
  });
}
