import { OperatorError, WireError } from '../../../shared/domain/operator-error.ts';
import type { RunFile } from '../ports/run-file.ts';
import { begunRunOf } from './begun-run-of.ts';
import type { SafeModeParts } from './safe-mode-parts.ts';

/**
 * Makes the index of begun runs, and safe mode, again from the run files. Does its work once for each database of the workspace: where
 * that was lost, what the run files say is all that is known.
 */
export async function takeUpRunFiles(parts: SafeModeParts): Promise<void> {
  const { begunRuns, runFiles } = parts;
  if (begunRuns.isComplete()) return;
  const runIds = runFiles.list();
  // A workspace without plans needs no database yet.
  if (runIds.length === 0) return;
  for (const runId of runIds) {
    takeUp(parts, runId);
    await parts.clock.nextTurn();
  }
  begunRuns.markComplete();
}

function takeUp(parts: SafeModeParts, runId: string): void {
  let runFile: RunFile;
  try {
    runFile = parts.runFiles.open(runId, 'read');
  } catch (error) {
    // Nothing says whether it was ever begun: a damaged plan must not freeze a target.
    if (error instanceof OperatorError && error.code === 'RUN_FILE_INVALID') return;
    throw error;
  }
  try {
    const { state, startedAt } = runFile.readRun();
    if (state === 'planned' || parts.begunRuns.find(runId) !== undefined) return;
    parts.begunRuns.begin(begunRunOf(runFile, startedAt ?? ''));
    if (state !== 'running') parts.begunRuns.end(runId);
    takeUpSafeMode(parts, runFile);
  } finally {
    runFile.close();
  }
}

/** Enters what the run's audit trail says was entered and not left. */
function takeUpSafeMode({ safeModes }: SafeModeParts, runFile: RunFile): void {
  const { target } = runFile.readPlan();
  const events = runFile.auditEvents(['safe-mode.entered', 'safe-mode.left']);
  const left = events.findLastIndex(({ event }) => event === 'safe-mode.left');
  for (const { operator, data } of events.slice(left + 1)) {
    safeModes.enter({
      targetFingerprint: target.fingerprint,
      targetName: target.name,
      runId: runFile.runId,
      at: String(data['since']),
      by: operator,
      code: WireError.shape.code.catch('VERIFICATION_FAILED').parse(data['code']),
      sentence: String(data['sentence']),
      facts: { facts: String(data['facts']) },
    });
  }
}
