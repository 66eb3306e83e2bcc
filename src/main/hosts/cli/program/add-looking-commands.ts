import type { Command } from 'commander';
import type { PreflightGroup } from '../../../../shared/domain/preflight.ts';
import { type CommandBinder, wholeNumber, wordList } from '../define-command.ts';
import { selectorHelp, withSelectors } from './selector-options.ts';

/** Spelled out, because reading them from the schema would load it for every `--help`. */
const preflightGroups: readonly PreflightGroup[] = [
  'configuration',
  'database',
  'bucket',
  'originals',
  'workspace',
];

/** Commands that look at a target and change nothing of it but by `locks --confirm`: preflight, status, locks, plan. */
export function addLookingCommands(program: Command, bind: CommandBinder): void {
  addPreflight(program, bind);
  addLooking(program, bind);
}

function addPreflight(program: Command, bind: CommandBinder): void {
  const preflight = program
    .command('preflight')
    .summary('look whether everything that a rollback needs is there')
    .description(
      'One line for each condition: configuration, database, bucket, originals, workspace; OK, WARN, FAILED or SKIPPED, with the fix. Changes nothing.',
    )
    .addOption(
      wordList('--only <groups>', 'only these groups, with commas between them', preflightGroups),
    )
    .option('--database-only', 'for a rollback of rows only')
    .option('--r2-only', 'for a rollback of objects only')
    .option('--strict', 'exit with 6 where there are only warnings');
  bind(
    'preflight',
    preflight,
    async () => (await import('../commands/preflight.ts')).runPreflightCommand,
  );
}

function addLooking(program: Command, bind: CommandBinder): void {
  const status = program
    .command('status')
    .summary('show batches and files: row, object and original')
    .description(
      'Show batches with stored and counted figures, and per file whether row, object and original agree. Changes nothing.',
    )
    .option('--batch-id <id>', 'only this batch')
    .option('--user-id <id>', 'only files of this user')
    .addOption(wholeNumber('--limit <n>', 'files shown', { from: 1, to: 1000 }).default(50))
    .addOption(wholeNumber('--offset <n>', 'files left out first', { from: 0 }).default(0))
    .option('--content', 'also read and hash the original of every file shown');
  bind('status', status, async () => (await import('../commands/status.ts')).runStatus);

  const locks = program
    .command('locks')
    .summary('show who holds the rows of a target, and stop one who does')
    .description(
      'Show the sessions that hold or wait for locks on the tables of the target, and who holds its lease. With --cancel or --terminate and --confirm: stop one of them.',
    )
    .addOption(
      wholeNumber('--cancel <pid>', 'cancel what this session does now', {
        from: 1,
        to: 2_147_483_647,
      }),
    )
    .addOption(wholeNumber('--terminate <pid>', 'end this session', { from: 1, to: 2_147_483_647 }))
    .option('--started-at <moment>', 'only if the session is the one that began then')
    .option('--confirm', 'do it')
    .option('--force', 'with --confirm: skip the prompt, and nothing else');
  bind('locks', locks, async () => (await import('../commands/locks.ts')).runLocks);

  const plan = withSelectors(program.command('plan'))
    .summary('show what a rollback would change, row by row and object by object')
    .description('Plan a rollback. Reads only, and saves the plan as a run file.')
    .addHelpText('after', selectorHelp);
  bind('plan', plan, async () => (await import('../commands/plan.ts')).runPlan);
}
