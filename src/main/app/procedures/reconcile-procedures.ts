import type { ReconcileEvent } from '../../../shared/contract/reconcile.ts';
import type { ReconcileReport } from '../../../shared/domain/reconcile.ts';
import type { ReportDraft } from '../../core/ports/reconcile-reports.ts';
import type { OpenTarget } from '../../core/ports/target.ts';
import {
  checkReportTarget,
  type ReconcileParts,
  type ReportParts,
  reconcile,
  startReport,
} from '../../core/reconcile/reconcile.ts';
import { createEventQueue, type EventQueue } from './event-queue.ts';
import { planningProgress } from './plan-making-procedures.ts';
import type { ProcedureContext } from './procedure-context.ts';

/** A target and the report about it that is to be filled. */
interface Opened {
  readonly target: OpenTarget;
  readonly draft: ReportDraft;
}

function partsOf(parts: ProcedureContext, target: OpenTarget): ReportParts {
  const { reports, clock, ids, operator } = parts;
  return { target, reports, clock, ids, operator };
}

async function openNew(parts: ProcedureContext, name: string | undefined): Promise<Opened> {
  const target = await parts.targets.open(name);
  try {
    return { target, draft: await startReport(partsOf(parts, target)) };
  } catch (error) {
    await target.close();
    throw error;
  }
}

async function openUnfinished(parts: ProcedureContext, reportId: string): Promise<Opened> {
  const draft = parts.reports.resume(reportId);
  let target: OpenTarget | undefined;
  try {
    target = await parts.targets.open(draft.header.target.name);
    checkReportTarget(draft.header, target.identity);
    return { target, draft };
  } catch (error) {
    draft.close();
    await target?.close();
    throw error;
  }
}

/** Fills a report in the background and streams how it goes; closing the stream stops it after the page that is being read. */
async function* reconciling(
  parts: ProcedureContext,
  opened: Opened,
  signal: AbortSignal | undefined,
): AsyncGenerator<ReconcileEvent, void, void> {
  const queue = createEventQueue<ReconcileEvent>(
    parts.toContractError,
    (waiting, next) => waiting.kind === 'progress' && next.kind === 'progress',
  );
  const { reportId } = opened.draft.header;
  let isClosed = false;
  queue.push({ kind: 'started', reportId });
  const work = fill(parts, opened, {
    onProgress: progressInto(parts, queue),
    isCancelled: () => isClosed || signal?.aborted === true,
  })
    .then(() => {
      queue.push({ kind: 'finished', report: readReport(parts, reportId) });
      queue.end();
    })
    .catch((error: unknown) => {
      queue.fail(error);
    });
  try {
    yield* queue.stream();
  } finally {
    isClosed = true;
    // The draft is closed, and can be resumed, before the caller goes on.
    await work;
  }
}

async function fill(
  parts: ProcedureContext,
  { target, draft }: Opened,
  listener: Pick<ReconcileParts, 'onProgress' | 'isCancelled'>,
): Promise<void> {
  try {
    await reconcile({ ...partsOf(parts, target), ...listener }, draft);
  } finally {
    await target.close();
  }
}

function progressInto(
  parts: ProcedureContext,
  queue: EventQueue<ReconcileEvent>,
): ReconcileParts['onProgress'] {
  const startedMs = parts.clock.monotonicMs();
  let seq = 0;
  return (stage, { objects }) => {
    // Nobody knows how many objects a bucket has before it was listed.
    const report = { stage, done: objects, total: 0, seq, startedMs, fraction: 0 };
    queue.push({ kind: 'progress', progress: planningProgress(parts, report) });
    seq += 1;
  };
}

function readReport(parts: ProcedureContext, reportId: string): ReconcileReport {
  const report = parts.reports.read(reportId);
  const known = new Set(parts.runFiles.list());
  return {
    ...report,
    quarantine: report.quarantine.map((one) => ({
      ...one,
      known: one.runId !== null && known.has(one.runId),
    })),
  };
}

/** The procedures that compare bucket and database as a whole. */
export function reconcileProcedures(parts: ProcedureContext) {
  return {
    create: parts.os.reconcile.create.handler(async ({ input, signal }) =>
      reconciling(parts, await openNew(parts, input.target), signal),
    ),
    resume: parts.os.reconcile.resume.handler(async ({ input, signal }) =>
      reconciling(parts, await openUnfinished(parts, input.reportId), signal),
    ),
    list: parts.os.reconcile.list.handler(() => ({ reports: [...parts.reports.list()] })),
    get: parts.os.reconcile.get.handler(({ input }) => readReport(parts, input.reportId)),
    findings: parts.os.reconcile.findings.handler(({ input }) => {
      const { findings, total } = parts.reports.queryFindings(input.reportId, input);
      return { findings: [...findings], total };
    }),
  };
}
