import { invariant } from '../../../../shared/domain/operator-error.ts';
import type {
  ReconstructedRow,
  ReconstructionSummary,
} from '../../../../shared/domain/reconstruction.ts';
import { RECONSTRUCTION_CSV } from '../../../../shared/reconstruction-export.ts';
import type { CommandContext, CommandResult, GlobalOptions } from '../command.ts';
import { type ExportOptions, exportRows } from '../flow/export-rows.ts';
import { findRun } from '../flow/find-run.ts';
import { renderReconstruction } from '../render/reconstruction.ts';
import { forDisplay } from '../visible.ts';

export interface ReconstructOptions extends GlobalOptions, ExportOptions {
  readonly run?: string;
  readonly limit: number;
}

/** `unwind reconstruct`: rows put together from all that tells of them; written to files on request. */
export async function runReconstruct(
  context: CommandContext,
  { options }: { readonly options: ReconstructOptions },
): Promise<CommandResult<'reconstruct'>> {
  const stream = await openStream(context, options);
  const files = await exportRows(context, options, {
    what: 'The reconstruction',
    instead: 'Nothing is lost: it is made anew each time.',
    format: RECONSTRUCTION_CSV,
    readAll: stream,
  });
  const rows: ReconstructedRow[] = [];
  for await (const page of stream()) rows.push(...page.slice(0, options.limit - rows.length));
  const shown = { reconstruction: stream.summary(), rows };
  return {
    exitCode: 0,
    text: renderReconstruction(context.terminal, forDisplay(shown)),
    document: { ...shown, ...files },
  };
}

/** Reads the reconstruction anew each time it is called: rows are kept by nobody. */
interface RowStream {
  (): AsyncIterable<readonly ReconstructedRow[]>;
  /** Of the last time that it was read to its end. */
  summary(): ReconstructionSummary;
}

async function openStream(
  context: CommandContext,
  options: ReconstructOptions,
): Promise<RowStream> {
  const { client } = await context.open();
  const runId = options.run === undefined ? undefined : await findRun(context, options.run);
  const { target } = context.globals;
  let last: ReconstructionSummary | undefined;
  async function* read(): AsyncGenerator<readonly ReconstructedRow[], void, void> {
    for await (const event of await client.emergency.reconstruct({ target, runId })) {
      if (event.kind === 'rows') yield event.rows;
      else if (event.kind === 'finished') last = event.summary;
    }
  }
  return Object.assign(read, {
    summary: () => {
      invariant(last !== undefined, 'A reconstruction ended without a summary.');
      return last;
    },
  });
}
