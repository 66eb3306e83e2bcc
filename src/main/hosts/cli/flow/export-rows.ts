import { resolve } from 'node:path';
import type { CsvFormat } from '../../../../shared/csv.ts';
import { jsonLineOf } from '../../../../shared/json-line.ts';
import type { CommandContext } from '../command.ts';
import { type ResultFile, writeResultFile } from './write-result-file.ts';

/** Files that all rows go into. */
export interface ExportOptions {
  readonly csv?: string;
  readonly jsonl?: string;
}

/** The files that were written; `null` where none was asked for. */
export interface ExportedFiles {
  readonly csv: string | null;
  readonly jsonl: string | null;
}

/** All rows of one kind. `readAll` reads them anew, a page at a time: nobody keeps them. */
export interface ExportedRows<Row> extends Omit<ResultFile, 'path'> {
  readonly format: CsvFormat<Row>;
  readonly readAll: () => AsyncIterable<readonly Row[]>;
}

/** Writes all rows to the files that were asked for, each whole or not at all. @throws FILE_FAILED @throws DISK_FULL */
export async function exportRows<Row>(
  context: CommandContext,
  options: ExportOptions,
  rows: ExportedRows<Row>,
): Promise<ExportedFiles> {
  const { format, readAll, ...file } = rows;
  async function write(name: string | undefined, lines: CsvFormat<Row>): Promise<string | null> {
    if (name === undefined) return null;
    const path = resolve(context.cwd, name);
    await writeResultFile({ ...file, path }, textOf(readAll(), lines));
    return path;
  }
  return {
    csv: await write(options.csv, format),
    jsonl: await write(options.jsonl, { head: '', line: jsonLineOf }),
  };
}

async function* textOf<Row>(
  pages: AsyncIterable<readonly Row[]>,
  { head, line }: CsvFormat<Row>,
): AsyncIterable<string> {
  yield head;
  for await (const rows of pages) yield rows.map(line).join('');
}
