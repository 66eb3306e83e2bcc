import { resolve } from 'node:path';
import { CSV_HEAD, csvLine, jsonLine } from '../../../../shared/reconcile-export.ts';
import type { UnwindClient } from '../../engine/client.ts';
import type { CommandContext } from '../command.ts';
import { writeResultFile } from './write-result-file.ts';

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
    await writeResultFile(
      {
        path,
        what: 'The findings',
        instead: 'The report itself is kept: `unwind reconciles list`.',
      },
      format(client, reportId),
    );
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
