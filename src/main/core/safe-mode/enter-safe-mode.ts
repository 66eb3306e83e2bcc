import type { ErrorCode } from '../../../shared/domain/error-codes.ts';
import type { JsonValue } from '../../../shared/domain/operator-error.ts';
import { nowIso } from '../ports/clock.ts';
import { appendAudit, type RunContext, reportProblem } from '../run/run-context.ts';

/** What a run met that cannot be decided. */
export interface Undecided {
  readonly code: ErrorCode;
  /** What was found, in a sentence. */
  readonly sentence: string;
  readonly facts: Readonly<Record<string, JsonValue>>;
}

/** What freezing needs of the run that met it. */
type FreezingContext = Pick<
  RunContext,
  'runFile' | 'safeModes' | 'reference' | 'operator' | 'clock' | 'progress'
> & { readonly target: Pick<RunContext['target'], 'identity'> };

/**
 * Freezes the target of a run. Durable on return, and in the run's audit trail: called before the run writes down anything that
 * depends on what could not be decided, so that a process that dies meets it again.
 */
export function enterSafeMode(context: FreezingContext, undecided: Undecided): void {
  const { identity } = context.target;
  const at = nowIso(context.clock);
  // The workspace first: a run file that says it alone would freeze nothing.
  context.safeModes.enter({
    targetFingerprint: identity.fingerprint,
    targetName: identity.name,
    runId: context.runFile.runId,
    at,
    by: context.operator,
    ...undecided,
  });
  appendAudit(context, 'safe-mode.entered', {
    since: at,
    code: undecided.code,
    sentence: undecided.sentence,
    facts: JSON.stringify(undecided.facts),
  });
  reportProblem(
    context,
    `${identity.name} is in safe mode now: ${undecided.sentence} Nothing writes to it until this is settled; see \`unwind safe-mode\`.`,
  );
}
