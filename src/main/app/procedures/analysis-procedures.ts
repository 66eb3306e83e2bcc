import type { Analysis, LogAnalysis } from '../../../shared/domain/analysis.ts';
import { analyzeRuns, windowOf } from '../../core/analyze/analyze-runs.ts';
import { type RunFacts, runFactsOf } from '../../core/analyze/run-facts.ts';
import type { ProcedureContext } from './procedure-context.ts';
import { isHeld, isUnreadable, reading } from './read-runs.ts';

/** The facts of every run, and the ids of run files that could not be read: one damaged file must not hide the others. */
async function readFacts(
  parts: ProcedureContext,
): Promise<{ readonly runs: readonly RunFacts[]; readonly unreadable: string[] }> {
  const runs: RunFacts[] = [];
  const unreadable: string[] = [];
  for (const runId of parts.runFiles.list()) {
    try {
      const facts = await reading(parts, runId, async (runFile) =>
        runFactsOf(runFile, { isHeld: await isHeld(parts, runFile) }),
      );
      if (facts !== undefined) runs.push(facts);
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      unreadable.push(runId);
    }
    await parts.clock.nextTurn();
  }
  return { runs, unreadable };
}

/** Logs that no run of the workspace wrote. A run's log bears the second in which the run began. */
async function readOtherLogs(
  parts: ProcedureContext,
  sinceMs: number,
  runs: readonly RunFacts[],
): Promise<LogAnalysis[]> {
  const ours = new Set(runs.map(({ startedAt }) => Math.floor(Date.parse(startedAt) / 1000)));
  const logs: LogAnalysis[] = [];
  for (const { path, startedAt } of parts.referenceLogs.list(sinceMs)) {
    if (ours.has(Date.parse(startedAt) / 1000)) continue;
    logs.push(await parts.referenceLogs.analyze(path));
  }
  return logs;
}

/** The procedures that add up what runs came to. */
export function analysisProcedures(parts: ProcedureContext) {
  return {
    runs: parts.os.analysis.runs.handler(async ({ input }): Promise<Analysis> => {
      const { runs, unreadable } = await readFacts(parts);
      const { targetName } = input;
      const window = windowOf(parts.clock.nowMs(), input.days);
      return {
        ...analyzeRuns(
          targetName === undefined ? runs : runs.filter((run) => run.targetName === targetName),
          window,
        ),
        targetName: targetName ?? null,
        otherLogs: await readOtherLogs(parts, window.fromMs, runs),
        unreadable,
      };
    }),
    log: parts.os.analysis.log.handler(({ input }) => parts.referenceLogs.analyze(input.path)),
  };
}
