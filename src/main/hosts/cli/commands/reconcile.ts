import type { ReconcileEvent } from '../../../../shared/contract/reconcile.ts';
import { OperatorError } from '../../../../shared/domain/operator-error.ts';
import { breaksIntegrity, type ReconcileReport } from '../../../../shared/domain/reconcile.ts';
import { pagesAfter } from '../../../../shared/pages-after.ts';
import { FINDING_CSV } from '../../../../shared/reconcile-export.ts';
import type { CommandContext, CommandResult, GlobalOptions } from '../command.ts';
import { type ExportOptions, exportRows } from '../flow/export-rows.ts';
import { findReport } from '../flow/find-report.ts';
import { createProgressLine } from '../flow/progress-line.ts';
import { renderReport, renderReports } from '../render/reconcile.ts';
import { forDisplay } from '../visible.ts';

const EXPORT_PAGE = 1_000;

interface ShowOptions extends GlobalOptions, ExportOptions {
  readonly limit: number;
}

export interface ReconcileOptions extends ShowOptions {
  readonly resume?: string;
}

/** `unwind reconcile`: compares the whole bucket with the rows. Exits with 9 where a row and its object contradict each other. */
export async function runReconcile(
  context: CommandContext,
  { options }: { readonly options: ReconcileOptions },
): Promise<CommandResult<'reconcile'>> {
  const { client } = await context.open();
  const { resume, target } = options;
  if (resume !== undefined && target !== undefined) {
    throw new OperatorError('USAGE_INVALID', {
      message: '--resume goes on with a report about its own target; --target cannot change it.',
      hint: 'Leave one of them out.',
    });
  }
  const reportId = resume === undefined ? undefined : await findReport(client, resume);
  const report = await follow(context, (signal) =>
    reportId === undefined
      ? client.reconcile.create({ target }, { signal })
      : client.reconcile.resume({ reportId }, { signal }),
  );
  return showReport(context, report, options);
}

/** `unwind reconciles list`: the reports of the workspace, newest first. */
export async function runReconcilesList(
  context: CommandContext,
): Promise<CommandResult<'reconciles list'>> {
  const { client } = await context.open();
  const { reports } = await client.reconcile.list({});
  return {
    exitCode: 0,
    text: renderReports(context.terminal, forDisplay(reports)),
    document: { reports },
  };
}

/** `unwind reconciles show REPORT`: a report that was made before; exits as the reconcile did. */
export async function runReconcilesShow(
  context: CommandContext,
  { args, options }: { readonly args: readonly string[]; readonly options: ShowOptions },
): Promise<CommandResult<'reconciles show'>> {
  const { client } = await context.open();
  const reportId = await findReport(client, args[0] ?? '');
  return showReport(context, await client.reconcile.get({ reportId }), options);
}

async function showReport(
  context: CommandContext,
  report: ReconcileReport,
  options: ShowOptions,
): Promise<CommandResult<'reconcile'>> {
  const { client } = await context.open();
  const { reportId } = report;
  const page = await client.reconcile.findings({ reportId, limit: options.limit });
  const files = await exportRows(context, options, {
    what: 'The findings',
    instead: 'The report itself is kept: `unwind reconciles list`.',
    format: FINDING_CSV,
    readAll: () =>
      pagesAfter(async (afterSeq) => {
        const next = await client.reconcile.findings({ reportId, afterSeq, limit: EXPORT_PAGE });
        return next.findings;
      }),
  });
  const shown = { report, findings: page.findings, findingTotal: page.total };
  return {
    exitCode: breaksIntegrity(report.kinds) ? 9 : 0,
    text: renderReport(context.terminal, forDisplay(shown)),
    document: { ...shown, ...files },
  };
}

/** Shows progress until the report is there. Ctrl-C stops after the page that is being read. @throws CANCELLED naming the report */
async function follow(
  context: CommandContext,
  start: (signal: AbortSignal) => Promise<AsyncIterable<ReconcileEvent>>,
): Promise<ReconcileReport> {
  const line = createProgressLine(context.terminal, { quiet: context.globals.quiet === true });
  const abort = new AbortController();
  const stopListening = context.interrupts.listen(() => {
    abort.abort();
  });
  let reportId: string | undefined;
  try {
    for await (const event of await start(abort.signal)) {
      if (event.kind === 'started') reportId = event.reportId;
      else if (event.kind === 'progress') line.update(event.progress);
      else return event.report;
    }
    throw cancelled(reportId);
  } catch (error) {
    throw abort.signal.aborted ? cancelled(reportId, error) : error;
  } finally {
    stopListening();
    line.end();
  }
}

function cancelled(reportId: string | undefined, cause?: unknown): OperatorError {
  if (reportId === undefined) {
    return new OperatorError('CANCELLED', {
      message: 'The reconcile was cancelled before it began.',
      hint: 'Start it again with `unwind reconcile`.',
      cause,
    });
  }
  return new OperatorError('CANCELLED', {
    message: `The reconcile was cancelled. What was compared is kept in report ${reportId}.`,
    hint: `Go on with it: unwind reconcile --resume ${reportId}`,
    details: { reportId },
    cause,
  });
}
