import { appendAudit, type RunContext } from '../run/run-context.ts';
import { auditLeft } from './audit-left.ts';
import { settleEnded } from './look-at-begun-runs.ts';
import type { SafeModeParts } from './safe-mode-parts.ts';

/** Tells the workspace that a run has ended, and leaves the safe mode that it was an exit from. */
export function settleRun(context: RunContext, parts: SafeModeParts): void {
  const metBy = settleEnded(parts, context.runFile);
  if (metBy.length === 0) return;
  const sentence = `This run answered what run ${metBy.join(' and ')} had met: it succeeded and was verified.`;
  appendAudit(context, 'safe-mode.left', { sentence });
  auditLeft(parts, {
    runIds: metBy.filter((runId) => runId !== context.runFile.runId),
    sentence: `Run ${context.runFile.runId} succeeded and was verified.`,
  });
  context.reference.log('INFO', `Safe mode left: ${sentence}`);
}
