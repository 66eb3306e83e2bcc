import type { Command } from 'commander';
import { type CommandBinder, wholeNumber } from '../define-command.ts';
import { niceRatio, withExecution } from '../execution-options.ts';
import { selectorHelp, withSelectors } from './selector-options.ts';

/** Commands that change a target by a plan, with what looks at such a run afterwards: rollback, resume, undo, verify, report, drop-columns. */
export function addRollbackCommands(program: Command, bind: CommandBinder): void {
  addRollback(program, bind);
  addAfterwards(program, bind);
  addDropColumns(program, bind);
}

function addRollback(program: Command, bind: CommandBinder): void {
  const rollback = withExecution(withSelectors(program.command('rollback')), 'rollback')
    .summary('take a migration back: a plan first, with --confirm the run')
    .description(
      'Plan a rollback and show it. With --confirm: ask for the typed confirmation, take a snapshot, run, verify.',
    )
    .option('--dry-run', 'plan only (the default)')
    .option('--no-backup', 'take no snapshot; refused where objects would be removed')
    .addOption(
      wholeNumber('--canary <n>', 'roll back only the first files, verify them, and wait', {
        from: 1,
      }),
    )
    .option('--stages <sizes>', 'the same in several stages: 20,200,rest')
    .option('--checkpoint-name <name>', 'name of the checkpoint after the first stage')
    .addHelpText(
      'after',
      `${selectorHelp}

Examples:
  unwind rollback --batch-id B1                   show the plan
  unwind rollback --batch-id B1 --confirm         plan, ask, run, verify
  unwind rollback --full-rollback --start-date 2026-01-01 --end-date 2026-01-31
  unwind rollback --batch-id B1 --canary 20 --confirm      20 files first; then resume, or undo
  unwind rollback --plan ID --plan-digest D --confirm      in CI: exactly the plan that was reviewed`,
    );
  bind('rollback', rollback, async () => (await import('../commands/rollback.ts')).runRollback);
}

function addAfterwards(program: Command, bind: CommandBinder): void {
  const resume = program
    .command('resume')
    .argument('[run]', 'id, beginning of an id, or run file; left out: the only unfinished run')
    .option('--explain', 'only say what a resume would find and do; changes nothing')
    .addOption(niceRatio())
    .summary('go on with a run that was stopped, interrupted, failed, or waits at a checkpoint')
    .description(
      'Read again what the run left behind, say what is done, not done or unknown and what follows from it, and finish the run.',
    );
  bind('resume', resume, async () => (await import('../commands/resume.ts')).runResume);

  const undo = withExecution(program.command('undo'), 'undo')
    .argument('[run]', 'id, beginning of an id, or run file of the rollback')
    .option('--to <checkpoint>', 'take back only what was done after this checkpoint')
    .summary('take a rollback back: rows and objects return')
    .description(
      'Plan the undo of a rollback and show it; with --confirm execute it. Newer data is never overwritten.',
    );
  bind('undo', undo, async () => (await import('../commands/undo.ts')).runUndo);

  const verify = program
    .command('verify')
    .argument('<run>', 'id, beginning of an id, or run file')
    .summary('read again every row and object of a run')
    .description('Verify a run against the target as it is now. Exits with 9 when it fails.');
  bind('verify', verify, async () => (await import('../commands/verify.ts')).runVerify);

  const report = program
    .command('report')
    .argument('<run>', 'id, beginning of an id, or run file')
    .option('--out <file>', 'write the report to a file')
    .summary('print the report of a run as Markdown')
    .description('Print the report of a run as Markdown.');
  bind('report', report, async () => (await import('../commands/report.ts')).runReport);
}

function addDropColumns(program: Command, bind: CommandBinder): void {
  const drop = withExecution(program.command('drop-columns'), 'drop of columns')
    .option(
      '--accept-no-undo <reason>',
      'drop although a rollback could still be undone, for this reason',
    )
    .summary('drop the five columns that the saved-file migration added')
    .description(
      'Plan the drop of the columns that the saved-file migration added to the file table, and show its SQL and the SQL that adds them again; with --confirm execute it. Refused while a row has a value in them. The point of no return: Unwind no longer recognises the migration afterwards.',
    );
  bind(
    'drop-columns',
    drop,
    async () => (await import('../commands/drop-columns.ts')).runDropColumns,
  );
}
