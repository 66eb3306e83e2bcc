import type { Command, Option } from 'commander';
import { wholeNumber } from './define-command.ts';

/** What `--accept-blast-radius` means. */
export const blastRadiusHelp = 'go on although a limit of the target is broken, for this reason';

/** Adds what every command takes that shows a plan and, with `--confirm`, executes it; `noun` is what it plans. */
export function withExecution(command: Command, noun: string): Command {
  return command
    .option('--plan <file-or-id>', `a saved plan of a ${noun} instead of a new one`)
    .option('--plan-digest <digest>', 'with --plan: its digest; stands for the typed confirmation')
    .option('--confirm', 'execute the plan')
    .option('--force', 'with --confirm: skip the prompt, and nothing else')
    .option('--reason <text>', 'why; goes into the audit trail')
    .addOption(niceRatio());
}

/** The option that slows a run down for the sake of others at its target. */
export function niceRatio(): Option {
  return wholeNumber(
    '--nice-ratio <n>',
    'rest n times as long as each chunk took, so that others get their turn',
    { from: 0, to: 100 },
  );
}
