import type { StoredSafeModeReason } from '../ports/safe-modes.ts';
import type { SafeModeParts } from './safe-mode-parts.ts';

/** Ends reasons, durable on return, and returns the runs that had met them. */
export function endReasons(
  { safeModes, begunRuns, operator }: SafeModeParts,
  reasons: readonly StoredSafeModeReason[],
  ending: { readonly at: string; readonly why: string },
): readonly string[] {
  safeModes.end({ seqs: reasons.map(({ seq }) => seq), by: operator, ...ending });
  // A run without a file can never say that it ended: it would freeze the target again at the next look.
  for (const { runId, code } of reasons) {
    if (code === 'RUN_NOT_FOUND' || code === 'RUN_FILE_INVALID') begunRuns.end(runId);
  }
  return [...new Set(reasons.map(({ runId }) => runId))];
}
