import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { ReconcileTotals } from '../../../shared/domain/reconcile.ts';
import type { Operator, TargetIdentity } from '../../../shared/domain/target.ts';
import { type Clock, nowIso } from '../ports/clock.ts';
import type { Ids } from '../ports/ids.ts';
import type { ReconcileReports, ReportDraft, ReportHeader } from '../ports/reconcile-reports.ts';
import type { OpenTarget } from '../ports/target.ts';
import { compareAll } from './compare-all.ts';
import { lookAgain } from './look-again.ts';
import type { ReconcileContext } from './reconcile-context.ts';

/** What starting a report needs. */
export interface ReportParts {
  readonly target: OpenTarget;
  readonly reports: ReconcileReports;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly operator: Operator;
}

/** What a reconcile needs. */
export interface ReconcileParts extends ReportParts {
  /** Told how far it has come, after each page. */
  readonly onProgress: (stage: string, totals: ReconcileTotals) => void;
  /** Read after each page; true ends the reconcile with CANCELLED and leaves its report to be resumed. */
  readonly isCancelled: () => boolean;
}

/** Starts a report about a target whose bucket answers. */
export async function startReport(parts: ReportParts): Promise<ReportDraft> {
  await parts.target.objects.checkAccess();
  return parts.reports.create({
    reportId: parts.ids.next(),
    target: parts.target.identity,
    startedAt: nowIso(parts.clock),
    startedBy: parts.operator,
  });
}

/** @throws PLAN_TARGET_MISMATCH when a report is about another database or bucket than the one here. */
export function checkReportTarget({ reportId, target }: ReportHeader, here: TargetIdentity): void {
  if (target.fingerprint === here.fingerprint) return;
  throw new OperatorError('PLAN_TARGET_MISMATCH', {
    message: `Report ${reportId} is about ${target.name} (${target.database}, bucket ${target.bucket}), the target here is ${here.name} (${here.database}, bucket ${here.bucket}).`,
    hint: 'Choose the target that the report is about (--target), or start a new one with `unwind reconcile`.',
    details: { report: target.fingerprint, target: here.fingerprint },
  });
}

/**
 * Compares the whole bucket with every row that points at an object, and finishes the report. Changes no target.
 *
 * Order: 1. join listing and rows, both sorted by key, page by page from where the report stands 2. look again at what seemed
 * wrong 3. finish the file. Whatever ends it early, the pages that were compared stay in the report, which can be resumed.
 * @throws CANCELLED naming the report.
 */
export async function reconcile(parts: ReconcileParts, draft: ReportDraft): Promise<void> {
  const context: ReconcileContext = {
    target: parts.target,
    endOfPage: async (stage, totals) => {
      if (parts.isCancelled()) throw cancelled(draft.header.reportId);
      parts.onProgress(stage, totals);
      await parts.clock.nextTurn();
    },
  };
  try {
    if (draft.readMark().state === 'comparing') await compareAll(context, draft);
    await lookAgain(context, draft);
    draft.finish(nowIso(parts.clock));
  } finally {
    draft.close();
  }
}

function cancelled(reportId: string): OperatorError {
  return new OperatorError('CANCELLED', {
    message: `The reconcile was cancelled. What was compared is kept in report ${reportId}.`,
    hint: `Go on with it: unwind reconcile --resume ${reportId}`,
    details: { reportId },
  });
}
