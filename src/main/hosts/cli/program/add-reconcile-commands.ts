import type { Command } from 'commander';
import { type CommandBinder, wholeNumber } from '../define-command.ts';
import { withExecution } from '../execution-options.ts';
import { withAcceptances } from './selector-options.ts';

/** Commands over what rows and objects leave open: reconcile, reconciles, debts. */
export function addReconcileCommands(program: Command, bind: CommandBinder): void {
  addReconcile(program, bind);
  addDebts(program, bind);
}

function addReconcile(program: Command, bind: CommandBinder): void {
  const reconcile = withExport(program.command('reconcile'))
    .summary('compare the whole bucket with the rows')
    .description(
      'List the whole bucket and compare it with every row that points at an object: objects without rows, rows without objects, sizes that differ. Changes nothing. Exits with 9 where rows and objects contradict each other.',
    )
    .option('--resume <report>', 'go on with a report that was stopped: its id, or the beginning');
  bind('reconcile', reconcile, async () => (await import('../commands/reconcile.ts')).runReconcile);

  const reconciles = program.command('reconciles').description('List reconcile reports, show one.');
  const list = reconciles
    .command('list')
    .description('List the reconcile reports of the workspace, newest first.');
  bind(
    'reconciles list',
    list,
    async () => (await import('../commands/reconcile.ts')).runReconcilesList,
  );
  const show = withExport(reconciles.command('show'))
    .argument('<report>', 'id, or beginning of an id')
    .description('Show a reconcile report that was made before. Exits as the reconcile did.');
  bind(
    'reconciles show',
    show,
    async () => (await import('../commands/reconcile.ts')).runReconcilesShow,
  );
}

function addDebts(program: Command, bind: CommandBinder): void {
  const debts = program
    .command('debts')
    .description('What rollbacks of rows only, or of objects only, left open.');
  const list = debts.command('list').description('List what is open, and what was closed by whom.');
  bind('debts list', list, async () => (await import('../commands/debts.ts')).runDebtsList);

  const show = debts
    .command('show')
    .argument('<run>', 'id, or beginning of an id, of the run that left it open')
    .description('Show what one run left open, file by file.')
    .addOption(wholeNumber('--limit <n>', 'files shown', { from: 1, to: 500 }).default(100))
    .addOption(wholeNumber('--offset <n>', 'files left out first', { from: 0 }).default(0));
  bind('debts show', show, async () => (await import('../commands/debts.ts')).runDebtsShow);

  const close = withAcceptances(withExecution(debts.command('close'), 'rollback'))
    .argument('[run]', 'id, or beginning of an id, of the run that left it open')
    .description(
      'Plan the missing half of a rollback and show it; with --confirm execute it. All guards of a rollback apply.',
    );
  bind('debts close', close, async () => (await import('../commands/debts.ts')).runDebtsClose);
}

function withExport(command: Command): Command {
  return command
    .option('--csv <file>', 'write all findings to a CSV file')
    .option('--jsonl <file>', 'write all findings to a file with one JSON object a line')
    .addOption(wholeNumber('--limit <n>', 'findings shown', { from: 1, to: 1000 }).default(50));
}
