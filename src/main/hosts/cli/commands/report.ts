import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { OperatorError } from '../../../../shared/domain/operator-error.ts';
import type { CommandContext, CommandResult, GlobalOptions } from '../command.ts';
import { findRun } from '../flow/find-run.ts';
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
  if (out !== null) await writeReport(out, markdown);
  const text = visibleLines(markdown);
  return {
    exitCode: 0,
    text: out === null ? `${text.trimEnd()}\n` : `${out}\n`,
    document: { runId, markdown, out },
  };
}

/** Writes under another name first, so that a report is either whole or not there. */
async function writeReport(path: string, markdown: string): Promise<void> {
  const temporary = `${path}.${randomBytes(4).toString('hex')}.part`;
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(markdown);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    const isFull = error instanceof Error && 'code' in error && error.code === 'ENOSPC';
    throw new OperatorError(isFull ? 'DISK_FULL' : 'FILE_FAILED', {
      message: `The report could not be written to ${path}.`,
      hint: 'Name a file in a folder that exists and that you may write to, with enough room.',
      details: { path },
      cause: error,
    });
  }
}
