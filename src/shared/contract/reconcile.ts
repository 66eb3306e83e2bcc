import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import {
  ReconcileFinding,
  ReconcileFindingKind,
  ReconcileReport,
  ReconcileSummary,
  ReportId,
} from '../domain/reconcile.ts';
import { Progress } from '../domain/run.ts';
import { procedure } from './procedure.ts';

/** How a reconcile goes: its report's id first, then progress, then the report. */
export const ReconcileEvent = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('started'), reportId: ReportId }),
  z.strictObject({ kind: z.literal('progress'), progress: Progress }),
  z.strictObject({ kind: z.literal('finished'), report: ReconcileReport }),
]);
export type ReconcileEvent = z.infer<typeof ReconcileEvent>;

const OneReport = z.strictObject({ reportId: ReportId });

export const reconcileContract = {
  /**
   * Compares the whole bucket with every row that points at an object. Changes no target. Closing the iterator stops after the
   * page that is being read; the report is then unfinished and can be resumed.
   */
  create: procedure
    .input(z.strictObject({ target: z.string().optional() }))
    .output(eventIterator(ReconcileEvent)),
  /** Goes on with an unfinished report after its last page. Fails with REPORT_NOT_FOUND, PLAN_TARGET_MISMATCH or TARGET_LOCKED. */
  resume: procedure.input(OneReport).output(eventIterator(ReconcileEvent)),
  /** All reports of the workspace, newest first. */
  list: procedure
    .input(z.strictObject({}))
    .output(z.strictObject({ reports: z.array(ReconcileSummary) })),
  /** One finished report. Fails with REPORT_NOT_FOUND, REPORT_UNFINISHED or REPORT_INVALID. */
  get: procedure.input(OneReport).output(ReconcileReport),
  /**
   * One page of a finished report's findings, in the order of their keys. `search` matches anywhere in key, row id and file id.
   * `afterSeq` goes through a whole report page by page, at the same cost for each.
   */
  findings: procedure
    .input(
      z.strictObject({
        reportId: ReportId,
        kind: ReconcileFindingKind.optional(),
        search: z.string().max(500).default(''),
        afterSeq: z.number().int().min(0).default(0),
        offset: z.number().int().min(0).default(0),
        limit: z.number().int().min(1).max(1000).default(100),
      }),
    )
    .output(z.strictObject({ findings: z.array(ReconcileFinding), total: z.number().int() })),
};
