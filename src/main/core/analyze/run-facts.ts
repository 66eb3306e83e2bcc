import type { PlanKind } from '../../../shared/domain/plan.ts';
import type { RunCounts, RunState } from '../../../shared/domain/run.ts';
import type { RunFile } from '../ports/run-file.ts';

/** What an analysis needs of one run that has begun. */
export interface RunFacts {
  readonly runId: string;
  readonly kind: PlanKind;
  readonly targetName: string;
  /** `user@host` of whoever consented to it. */
  readonly operator: string;
  readonly state: RunState;
  /** ISO 8601 UTC. */
  readonly startedAt: string;
  readonly durationMs: number | null;
  readonly counts: RunCounts;
  readonly resumes: number;
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** Reads the facts of a run; `undefined` for a plan that was never executed. `isHeld`: whether some process executes it now. */
export function runFactsOf(
  runFile: RunFile,
  surroundings: { readonly isHeld: boolean },
): RunFacts | undefined {
  const run = runFile.readRun();
  if (run.startedAt === null) return undefined;
  const plan = runFile.readPlan();
  const { startedBy, startedAt, finishedAt, error } = run;
  return {
    runId: runFile.runId,
    kind: plan.kind,
    targetName: plan.target.name,
    operator: startedBy === null ? 'unknown' : `${startedBy.user}@${startedBy.host}`,
    state: run.state === 'running' && !surroundings.isHeld ? 'interrupted' : run.state,
    startedAt,
    durationMs: finishedAt === null ? null : Date.parse(finishedAt) - Date.parse(startedAt),
    counts: runFile.runCounts(),
    resumes: runFile.auditEvents().filter(({ event }) => event === 'run.resumed').length,
    error: error === null ? null : { code: error.code, message: error.message },
  };
}
