import { resolve } from 'node:path';
import type { PlanItem } from '../../../../shared/domain/plan.ts';
import { PLAN_CSV_HEAD, planCsvLine } from '../../../../shared/plan-export.ts';
import type { UnwindClient } from '../../engine/client.ts';
import type { CommandContext } from '../command.ts';
import type { ExportedFiles, ExportOptions } from './export-findings.ts';
import { writeResultFile } from './write-result-file.ts';

const PAGE = 1_000;

/** Which items of which plan: what `plan.itemsAfter` takes, without a position. */
type ItemMatch = Omit<Parameters<UnwindClient['plan']['itemsAfter']>[0], 'afterSeq' | 'limit'>;

/** Writes all items that match to the files that were asked for. @throws FILE_FAILED @throws DISK_FULL */
export async function exportItems(
  context: CommandContext,
  match: ItemMatch,
  options: ExportOptions,
): Promise<ExportedFiles> {
  const { client } = await context.open();
  async function write(
    file: string | undefined,
    format: { readonly head: string; readonly line: (item: PlanItem) => string },
  ): Promise<string | null> {
    if (file === undefined) return null;
    const path = resolve(context.cwd, file);
    const instead = 'The plan itself is kept in its run file.';
    await writeResultFile({ path, what: 'The items', instead }, linesOf(client, match, format));
    return path;
  }
  return {
    csv: await write(options.csv, { head: PLAN_CSV_HEAD, line: planCsvLine }),
    jsonl: await write(options.jsonl, { head: '', line: (item) => `${JSON.stringify(item)}\n` }),
  };
}

async function* linesOf(
  client: UnwindClient,
  match: ItemMatch,
  format: { readonly head: string; readonly line: (item: PlanItem) => string },
): AsyncIterable<string> {
  yield format.head;
  let afterSeq = 0;
  for (;;) {
    const { items } = await client.plan.itemsAfter({ ...match, afterSeq, limit: PAGE });
    const last = items.at(-1);
    if (last === undefined) return;
    yield items.map(format.line).join('');
    afterSeq = last.seq;
  }
}
