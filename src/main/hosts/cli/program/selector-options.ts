import type { Command } from 'commander';
import { blastRadiusHelp } from '../execution-options.ts';

/** Below the help of a command that takes selectors. */
export const selectorHelp = `
Selectors are combined with AND; --full-rollback stands alone or with dates.
Dates are days in UTC, both included, compared with the start of each file's migration.`;

/** Adds the options that choose the files of a plan, and those that accept its risks. */
export function withSelectors(command: Command): Command {
  const selecting = command
    .option('--batch-id <id>', 'files of this batch')
    .option('--user-id <id>', 'files of this user')
    .option('--failed-only', 'files whose migration failed')
    .option('--full-rollback', 'everything')
    .option('--start-date <day>', 'migrated on this day or later (YYYY-MM-DD)')
    .option('--end-date <day>', 'migrated on this day or earlier (YYYY-MM-DD)')
    .option('--database-only', 'rows only; objects stay')
    .option('--r2-only', 'objects only; rows stay');
  return withAcceptances(selecting);
}

/** Adds the options that accept a risk of a plan, each with its reason. */
export function withAcceptances(command: Command): Command {
  return command
    .option(
      '--accept-unknown <reason>',
      'go on where an original could not be checked, for this reason',
    )
    .option(
      '--accept-triggers <reason>',
      'go on although triggers fire on the rows, for this reason',
    )
    .option('--accept-blast-radius <reason>', blastRadiusHelp);
}
