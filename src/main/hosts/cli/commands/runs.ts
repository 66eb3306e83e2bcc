import type { ItemOutcome, Verdict } from '../../../../shared/domain/plan.ts';
import { pagesAfter } from '../../../../shared/pages-after.ts';
import { ITEM_CSV } from '../../../../shared/plan-export.ts';
import type { CommandContext, CommandResult, GlobalOptions } from '../command.ts';
import { type ExportOptions, exportRows } from '../flow/export-rows.ts';
import { findRun } from '../flow/find-run.ts';
import { runKeysOf } from '../flow/outcome.ts';
import { renderItems, renderRunDetail, renderRuns } from '../render/run.ts';
import { forDisplay } from '../visible.ts';

export interface RunsListOptions extends GlobalOptions {
  readonly limit: number;
}

const EXPORT_PAGE = 1_000;

/** Which items `runs show --items` lists. */
type ItemChoice = 'all' | 'change' | 'held' | 'untouched' | 'done' | 'drifted' | 'failed';

export interface RunsShowOptions extends GlobalOptions, ExportOptions {
  readonly items?: ItemChoice;
  readonly search: string;
  readonly limit: number;
  readonly offset: number;
}

/** `unwind runs list`: plans and runs of the workspace, newest first. */
export async function runRunsList(
  context: CommandContext,
  { options }: { readonly options: RunsListOptions },
): Promise<CommandResult<'runs list'>> {
  const { client } = await context.open();
  const list = await client.run.list({ limit: options.limit });
  return { exitCode: 0, text: renderRuns(context.terminal, forDisplay(list)), document: list };
}

/** `unwind runs show RUN`: one run from its file, on request with its items. */
export async function runRunsShow(
  context: CommandContext,
  { args, options }: { readonly args: readonly string[]; readonly options: RunsShowOptions },
): Promise<CommandResult<'runs show'>> {
  const { client } = await context.open();
  const runId = await findRun(context, args[0] ?? '');
  const run = await client.run.get({ runId });
  const match = {
    runId,
    ...(options.items === undefined ? {} : filterOf(options.items)),
    search: options.search,
  };
  const files = await exportRows(context, options, {
    what: 'The items',
    instead: 'The plan itself is kept in its run file.',
    format: ITEM_CSV,
    readAll: () =>
      pagesAfter(async (afterSeq) => {
        const { items } = await client.plan.itemsAfter({ ...match, afterSeq, limit: EXPORT_PAGE });
        return items;
      }),
  });
  const page =
    options.items === undefined
      ? { items: [], total: 0 }
      : await client.plan.items({
          ...match,
          offset: options.offset,
          limit: options.limit,
        });
  const { terminal } = context;
  const items =
    options.items === undefined
      ? ''
      : `\n${terminal.colors.bold('Items')}\n${renderItems(terminal, forDisplay(page))}`;
  return {
    exitCode: 0,
    text: `${renderRunDetail(terminal, forDisplay(run))}${items}`,
    document: { ...runKeysOf(run), run, items: page.items, itemTotal: page.total, ...files },
  };
}

function filterOf(choice: ItemChoice): { verdict?: Verdict; outcome?: ItemOutcome } {
  switch (choice) {
    case 'all':
      return {};
    case 'done':
    case 'drifted':
    case 'failed':
      return { outcome: choice };
    case 'change':
    case 'held':
    case 'untouched':
      return { verdict: choice };
  }
}
