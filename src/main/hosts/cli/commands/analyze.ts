import { resolve } from 'node:path';
import type { Analysis } from '../../../../shared/domain/analysis.ts';
import { OperatorError } from '../../../../shared/domain/operator-error.ts';
import type { CommandContext, CommandResult, GlobalOptions } from '../command.ts';
import { analysisAsCsv } from '../flow/analysis-as-csv.ts';
import { analysisAsOpenMetrics } from '../flow/analysis-as-open-metrics.ts';
import { writeResultFile } from '../flow/write-result-file.ts';
import { renderAnalysis, renderLog } from '../render/analyze.ts';
import { forDisplay } from '../visible.ts';

export interface AnalyzeOptions extends GlobalOptions {
  readonly days: number;
  readonly logFile?: string;
  readonly csv?: string;
  readonly openmetrics?: string;
}

/** `unwind analyze`: what the runs of the last days came to, or what one log holds. */
export async function runAnalyze(
  context: CommandContext,
  { options }: { readonly options: AnalyzeOptions },
): Promise<CommandResult<'analyze'>> {
  const { client } = await context.open();
  if (options.logFile !== undefined) {
    refuseFigures(options);
    const log = await client.analysis.log({ path: resolve(context.cwd, options.logFile) });
    return {
      exitCode: 0,
      text: renderLog(context.terminal, forDisplay(log)),
      document: { analysis: null, log, csv: null, openmetrics: null },
    };
  }
  const analysis = await client.analysis.runs({ days: options.days, targetName: options.target });
  const files = await writeFigures(context, analysis, options);
  return {
    exitCode: 0,
    text: renderAnalysis(context.terminal, forDisplay(analysis)),
    document: { analysis, log: null, ...files },
  };
}

/** A log tells no figures of runs: a file of figures would look as if it were about the log. */
function refuseFigures({ csv, openmetrics, target }: AnalyzeOptions): void {
  const option =
    csv !== undefined ? '--csv' : openmetrics !== undefined ? '--openmetrics' : '--target';
  if (csv === undefined && openmetrics === undefined && target === undefined) return;
  throw new OperatorError('USAGE_INVALID', {
    message: `${option} is about the runs of the workspace, --log-file about one log.`,
    hint: 'Leave one of them out.',
  });
}

async function writeFigures(
  context: CommandContext,
  analysis: Analysis,
  options: AnalyzeOptions,
): Promise<{ readonly csv: string | null; readonly openmetrics: string | null }> {
  const write = async (file: string | undefined, content: string): Promise<string | null> => {
    if (file === undefined) return null;
    const path = resolve(context.cwd, file);
    const instead = 'Without the option they are printed.';
    await writeResultFile({ path, what: 'The figures', instead }, content);
    return path;
  };
  return {
    csv: await write(options.csv, analysisAsCsv(analysis)),
    openmetrics: await write(options.openmetrics, analysisAsOpenMetrics(analysis)),
  };
}
