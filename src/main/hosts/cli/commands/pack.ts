import { resolve } from 'node:path';
import { invariant } from '../../../../shared/domain/operator-error.ts';
import type { Pack } from '../../../../shared/domain/pack.ts';
import type { CommandContext, CommandResult, GlobalOptions } from '../command.ts';
import { findRun } from '../flow/find-run.ts';
import { bytes, countOf } from '../render/format.ts';
import type { Terminal } from '../terminal.ts';
import { forDisplay } from '../visible.ts';

export interface PackOptions extends GlobalOptions {
  readonly output?: string;
}

/** `unwind pack [RUN]`: one file with everything for whoever takes over. */
export async function runPack(
  context: CommandContext,
  { args, options }: { readonly args: readonly string[]; readonly options: PackOptions },
): Promise<CommandResult<'pack'>> {
  const { client } = await context.open();
  const runId = args[0] === undefined ? undefined : await findRun(context, args[0]);
  const { target } = context.globals;
  const path = options.output === undefined ? undefined : resolve(context.cwd, options.output);
  const abort = new AbortController();
  const stopListening = context.interrupts.listen(() => {
    abort.abort();
  });
  let pack: Pack | undefined;
  try {
    const events = await client.emergency.pack({ target, runId, path }, { signal: abort.signal });
    for await (const event of events) {
      if (event.kind === 'packing') context.note(`Packing: ${event.what}`);
      else pack = event.pack;
    }
  } finally {
    stopListening();
  }
  invariant(pack !== undefined, 'Packing ended without a pack.');
  return { exitCode: 0, text: renderPack(context.terminal, forDisplay(pack)), document: { pack } };
}

function renderPack(terminal: Terminal, pack: Pack): string {
  const { bold, yellow } = terminal.colors;
  const problems = pack.problems.map((one) => `  ${yellow('!')} ${one}\n`).join('');
  return [
    `${bold(pack.path)}\n`,
    `  ${countOf(pack.entryCount, 'file')}, ${bytes(pack.sizeBytes)}, SHA-256 ${pack.sha256}\n`,
    problems === '' ? '' : `What could not be packed or trusted\n${problems}`,
    `  to look inside: tar -xzf FILE; README.md says what each file is and how to go on\n`,
  ].join('');
}
