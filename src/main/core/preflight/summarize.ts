import type {
  PreflightLine,
  PreflightReport,
  PreflightResult,
} from '../../../shared/domain/preflight.ts';

/** How many lines came to what. */
export function countLines(lines: readonly PreflightLine[]): PreflightReport['counts'] {
  const counts = { ok: 0, warning: 0, failed: 0, skipped: 0 };
  for (const { state } of lines) counts[state] += 1;
  return counts;
}

/** What the lines add up to. */
export function resultOf(counts: PreflightReport['counts']): PreflightResult {
  if (counts.failed > 0) return 'not-ready';
  return counts.warning > 0 ? 'warnings' : 'ready';
}
