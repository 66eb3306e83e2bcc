import type { BegunRun } from '../ports/begun-runs.ts';
import type { RunFile } from '../ports/run-file.ts';

/** What the workspace keeps of a run beside its file. */
export function begunRunOf(runFile: RunFile, begunAt: string): BegunRun {
  const { runId, kind, subjectRunId, target, scope, scopeInWords } = runFile.readPlan();
  return {
    runId,
    kind,
    subjectRunId,
    targetName: target.name,
    targetFingerprint: target.fingerprint,
    scope,
    scopeInWords,
    path: runFile.path,
    begunAt,
  };
}
