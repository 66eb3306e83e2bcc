import type { Command } from 'commander';

/** What `--accept-blast-radius` means. */
export const blastRadiusHelp = 'go on although a limit of the target is broken, for this reason';

/** Adds what every command takes that shows a plan and, with `--confirm`, executes it; `noun` is what it plans. */
export function withExecution(command: Command, noun: string): Command {
  return command
    .option('--plan <file-or-id>', `a saved plan of a ${noun} instead of a new one`)
    .option('--plan-digest <digest>', 'with --plan: its digest; stands for the typed confirmation')
    .option('--confirm', 'execute the plan')
    .option('--force', 'with --confirm: skip the prompt, and nothing else')
    .option('--reason <text>', 'why; goes into the audit trail');
}
