import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { OperatorError } from '../../../../shared/domain/operator-error.ts';
import { CSV_HEAD, csvLine, jsonLine } from '../../../../shared/reconcile-export.ts';
import type { UnwindClient } from '../../engine/client.ts';
import type { CommandContext } from '../command.ts';

const PAGE = 1_000;

/** Files that a report's findings go into. */
export interface ExportOptions {
  readonly csv?: string;
  readonly jsonl?: string;
}

/** The files that were written; `null` where none was asked for. */
export interface ExportedFiles {
  readonly csv: string | null;
  readonly jsonl: string | null;
}

/** Writes all findings of a report to the files that were asked for. @throws FILE_FAILED @throws DISK_FULL */
export async function exportFindings(
  context: CommandContext,
  reportId: string,
  options: ExportOptions,
): Promise<ExportedFiles> {
  const { client } = await context.open();
  const write = async (
    file: string | undefined,
    format: (client: UnwindClient, reportId: string) => AsyncIterable<string>,
  ): Promise<string | null> => {
    if (file === undefined) return null;
    const path = resolve(context.cwd, file);
    await writeLines(path, format(client, reportId));
    return path;
  };
  return { csv: await write(options.csv, csvOf), jsonl: await write(options.jsonl, jsonLinesOf) };
}

async function* csvOf(client: UnwindClient, reportId: string): AsyncIterable<string> {
  yield CSV_HEAD;
  for await (const findings of pagesOf(client, reportId)) yield findings.map(csvLine).join('');
}

async function* jsonLinesOf(client: UnwindClient, reportId: string): AsyncIterable<string> {
  for await (const findings of pagesOf(client, reportId)) yield findings.map(jsonLine).join('');
}

async function* pagesOf(client: UnwindClient, reportId: string) {
  let afterSeq = 0;
  for (;;) {
    const { findings } = await client.reconcile.findings({ reportId, afterSeq, limit: PAGE });
    const last = findings.at(-1);
    if (last === undefined) return;
    yield findings;
    afterSeq = last.seq;
  }
}

/** Writes beside the file and renames: what bears the name is whole. Synced before it gets it. */
async function writeLines(path: string, lines: AsyncIterable<string>): Promise<void> {
  const temporary = join(
    dirname(path),
    `.${process.pid.toString()}-${Date.now().toString(36)}.partial`,
  );
  try {
    await pipeline(
      Readable.from(lines),
      createWriteStream(temporary, { flags: 'wx', flush: true }),
    );
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (error instanceof OperatorError || code === '' || !/^E[A-Z]+$/.test(code)) throw error;
    throw new OperatorError(code === 'ENOSPC' || code === 'EDQUOT' ? 'DISK_FULL' : 'FILE_FAILED', {
      message: `The findings could not be written to ${path}: ${code}.`,
      hint: 'Name a file in a folder that exists and can be written. The report itself is kept: `unwind reconciles list`.',
      details: { path, code },
      cause: error,
    });
  }
}
