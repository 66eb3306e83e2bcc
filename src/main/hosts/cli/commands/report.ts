import { resolve } from 'node:path';
import type { CommandContext, CommandResult, GlobalOptions } from '../command.ts';
import { findRun } from '../flow/find-run.ts';
import { writeResultFile } from '../flow/write-result-file.ts';
import { visibleLines } from '../visible.ts';

export interface ReportOptions extends GlobalOptions {
  readonly out?: string;
}

/** `unwind report RUN`: the report as Markdown, printed or written to a file. */
export async function runReport(
  context: CommandContext,
  { args, options }: { readonly args: readonly string[]; readonly options: ReportOptions },
): Promise<CommandResult<'report'>> {
  const { client } = await context.open();
  const runId = await findRun(context, args[0] ?? '');
  const { markdown } = await client.run.report({ runId });
  const out = options.out === undefined ? null : resolve(context.cwd, options.out);
  if (out !== null) {
    const instead = 'Without --out the report is printed.';
    await writeResultFile({ path: out, what: 'The report', instead }, markdown);
  }
  const text = visibleLines(markdown);
  return {
    exitCode: 0,
    text: out === null ? `${text.trimEnd()}\n` : `${out}\n`,
    document: { runId, markdown, out },
  };
}
