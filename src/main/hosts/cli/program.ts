import { type Command, Option } from 'commander';
import type { PreflightGroup } from '../../../shared/domain/preflight.ts';
import { addEmergencyCommands } from './add-emergency-commands.ts';
import { type CommandBinder, wholeNumber, wordList } from './define-command.ts';
import { blastRadiusHelp, withExecution } from './execution-options.ts';

const selectorHelp = `
Selectors are combined with AND; --full-rollback stands alone or with dates.
Dates are days in UTC, both included, compared with the start of each file's migration.`;

/** Adds every command to the program. The code of a command is loaded when it runs. */
export function addCommands(program: Command, bind: CommandBinder): void {
  addPreflight(program, bind);
  addLooking(program, bind);
  addRollback(program, bind);
  addAfterwards(program, bind);
  addAnalyze(program, bind);
  addRuns(program, bind);
  addQuarantine(program, bind);
  addDropColumns(program, bind);
  addEmergencyCommands(program, bind);
  addReconcile(program, bind);
  addDebts(program, bind);
  addSafeMode(program, bind);
  addSandbox(program, bind);
  addOther(program, bind);
}

/** Spelled out, because reading them from the schema would load it for every `--help`. */
const preflightGroups: readonly PreflightGroup[] = [
  'configuration',
  'database',
  'bucket',
  'originals',
  'workspace',
];

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
    async () => (await import('./commands/preflight.ts')).runPreflightCommand,
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
  bind('status', status, async () => (await import('./commands/status.ts')).runStatus);

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
  bind('locks', locks, async () => (await import('./commands/locks.ts')).runLocks);

  const plan = withSelectors(program.command('plan'))
    .summary('show what a rollback would change, row by row and object by object')
    .description('Plan a rollback. Reads only, and saves the plan as a run file.')
    .addHelpText('after', selectorHelp);
  bind('plan', plan, async () => (await import('./commands/plan.ts')).runPlan);
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
  bind('rollback', rollback, async () => (await import('./commands/rollback.ts')).runRollback);
}

function addAfterwards(program: Command, bind: CommandBinder): void {
  const resume = program
    .command('resume')
    .argument('[run]', 'id, beginning of an id, or run file; left out: the only unfinished run')
    .option('--explain', 'only say what a resume would find and do; changes nothing')
    .summary('go on with a run that was stopped, interrupted, failed, or waits at a checkpoint')
    .description(
      'Read again what the run left behind, say what is done, not done or unknown and what follows from it, and finish the run.',
    );
  bind('resume', resume, async () => (await import('./commands/resume.ts')).runResume);

  const undo = withExecution(program.command('undo'), 'undo')
    .argument('[run]', 'id, beginning of an id, or run file of the rollback')
    .option('--to <checkpoint>', 'take back only what was done after this checkpoint')
    .summary('take a rollback back: rows and objects return')
    .description(
      'Plan the undo of a rollback and show it; with --confirm execute it. Newer data is never overwritten.',
    );
  bind('undo', undo, async () => (await import('./commands/undo.ts')).runUndo);

  const verify = program
    .command('verify')
    .argument('<run>', 'id, beginning of an id, or run file')
    .summary('read again every row and object of a run')
    .description('Verify a run against the target as it is now. Exits with 9 when it fails.');
  bind('verify', verify, async () => (await import('./commands/verify.ts')).runVerify);

  const report = program
    .command('report')
    .argument('<run>', 'id, beginning of an id, or run file')
    .option('--out <file>', 'write the report to a file')
    .summary('print the report of a run as Markdown')
    .description('Print the report of a run as Markdown.');
  bind('report', report, async () => (await import('./commands/report.ts')).runReport);
}

function addAnalyze(program: Command, bind: CommandBinder): void {
  const analyze = program
    .command('analyze')
    .summary('add up what the runs of the last days came to')
    .description(
      'Add up the runs of the workspace: success and failure rate, durations, data, errors; or look into one log in the format of the reference. Reads files only.',
    )
    .addOption(
      wholeNumber('--days <n>', 'runs that began in the last days', { from: 1, to: 3650 }).default(
        7,
      ),
    )
    .option('--log-file <file>', 'a rollback_*.log instead of the runs')
    .option('--csv <file>', 'write the figures of each day to a CSV file')
    .option(
      '--openmetrics <file>',
      'write the figures in OpenMetrics format, for a textfile collector',
    );
  bind('analyze', analyze, async () => (await import('./commands/analyze.ts')).runAnalyze);
}

function addRuns(program: Command, bind: CommandBinder): void {
  const runs = program.command('runs').description('List plans and runs, show one.');
  const list = runs
    .command('list')
    .description('List plans and runs of the workspace, newest first.')
    .addOption(wholeNumber('--limit <n>', 'runs shown', { from: 1, to: 1000 }).default(50));
  bind('runs list', list, async () => (await import('./commands/runs.ts')).runRunsList);

  const show = runs
    .command('show')
    .argument('<run>', 'id, beginning of an id, or run file')
    .description('Show one run with its steps, decisions and verification; on request its items.')
    .addOption(
      new Option('--items <which>', 'list items, too').choices([
        'all',
        'change',
        'held',
        'untouched',
        'done',
        'drifted',
        'failed',
      ]),
    )
    .option('--search <text>', 'items whose ids, name, path or key contain the text', '')
    .option('--csv <file>', 'write all of these items to a CSV file')
    .option('--jsonl <file>', 'write all of these items to a file of JSON lines')
    .addOption(wholeNumber('--limit <n>', 'items shown', { from: 1, to: 500 }).default(100))
    .addOption(wholeNumber('--offset <n>', 'items left out first', { from: 0 }).default(0));
  bind('runs show', show, async () => (await import('./commands/runs.ts')).runRunsShow);

  const checkpoints = program
    .command('checkpoints')
    .argument('<run>', 'id, beginning of an id, or run file')
    .summary('show the checkpoints and stages of a run')
    .description(
      'Show the checkpoints that a run has reached, what is true at each, and its stages. A run is taken back to one with `unwind undo RUN --to CHECKPOINT`.',
    );
  bind(
    'checkpoints',
    checkpoints,
    async () => (await import('./commands/checkpoints.ts')).runCheckpoints,
  );
}

function addQuarantine(program: Command, bind: CommandBinder): void {
  const quarantine = program
    .command('quarantine')
    .description('List the copies of removed objects, or purge them for good.');
  const list = quarantine
    .command('list')
    .description('List what can still be restored by an undo, or purged.');
  bind(
    'quarantine list',
    list,
    async () => (await import('./commands/quarantine.ts')).runQuarantineList,
  );

  const purge = withExecution(quarantine.command('purge'), 'purge')
    .argument('[run]', 'id, beginning of an id, or run file of the rollback')
    .option('--accept-blast-radius <reason>', blastRadiusHelp)
    .description(
      'Plan the purge of a quarantine and show it; with --confirm execute it. The point of no return: the rollback cannot be undone afterwards.',
    );
  bind(
    'quarantine purge',
    purge,
    async () => (await import('./commands/quarantine.ts')).runQuarantinePurge,
  );
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
    async () => (await import('./commands/drop-columns.ts')).runDropColumns,
  );
}

function addReconcile(program: Command, bind: CommandBinder): void {
  const reconcile = withExport(program.command('reconcile'))
    .summary('compare the whole bucket with the rows')
    .description(
      'List the whole bucket and compare it with every row that points at an object: objects without rows, rows without objects, sizes that differ. Changes nothing. Exits with 9 where rows and objects contradict each other.',
    )
    .option('--resume <report>', 'go on with a report that was stopped: its id, or the beginning');
  bind('reconcile', reconcile, async () => (await import('./commands/reconcile.ts')).runReconcile);

  const reconciles = program.command('reconciles').description('List reconcile reports, show one.');
  const list = reconciles
    .command('list')
    .description('List the reconcile reports of the workspace, newest first.');
  bind(
    'reconciles list',
    list,
    async () => (await import('./commands/reconcile.ts')).runReconcilesList,
  );
  const show = withExport(reconciles.command('show'))
    .argument('<report>', 'id, or beginning of an id')
    .description('Show a reconcile report that was made before. Exits as the reconcile did.');
  bind(
    'reconciles show',
    show,
    async () => (await import('./commands/reconcile.ts')).runReconcilesShow,
  );
}

function addDebts(program: Command, bind: CommandBinder): void {
  const debts = program
    .command('debts')
    .description('What rollbacks of rows only, or of objects only, left open.');
  const list = debts.command('list').description('List what is open, and what was closed by whom.');
  bind('debts list', list, async () => (await import('./commands/debts.ts')).runDebtsList);

  const show = debts
    .command('show')
    .argument('<run>', 'id, or beginning of an id, of the run that left it open')
    .description('Show what one run left open, file by file.')
    .addOption(wholeNumber('--limit <n>', 'files shown', { from: 1, to: 500 }).default(100))
    .addOption(wholeNumber('--offset <n>', 'files left out first', { from: 0 }).default(0));
  bind('debts show', show, async () => (await import('./commands/debts.ts')).runDebtsShow);

  const close = withAcceptances(withExecution(debts.command('close'), 'rollback'))
    .argument('[run]', 'id, or beginning of an id, of the run that left it open')
    .description(
      'Plan the missing half of a rollback and show it; with --confirm execute it. All guards of a rollback apply.',
    );
  bind('debts close', close, async () => (await import('./commands/debts.ts')).runDebtsClose);
}

function addSafeMode(program: Command, bind: CommandBinder): void {
  const safeMode = program
    .command('safe-mode')
    .description('Targets that are read-only for Unwind because something could not be decided.');
  const show = safeMode
    .command('show', { isDefault: true })
    .argument('[target]', 'name of the target; left out: every one')
    .description('Show which targets are in safe mode, since when and why, and the exits.');
  bind(
    'safe-mode show',
    show,
    async () => (await import('./commands/safe-mode.ts')).runSafeModeShow,
  );

  const leave = safeMode
    .command('leave')
    .argument('<target>', 'name of the target, or the beginning of its fingerprint')
    .requiredOption('--reason <text>', 'what you have seen to; kept in the audit')
    .option('--force', 'skip the prompt, and nothing else')
    .description('Leave safe mode because you have seen to it. Changes no target.');
  bind(
    'safe-mode leave',
    leave,
    async () => (await import('./commands/safe-mode.ts')).runSafeModeLeave,
  );
}

function withExport(command: Command): Command {
  return command
    .option('--csv <file>', 'write all findings to a CSV file')
    .option('--jsonl <file>', 'write all findings to a file with one JSON object a line')
    .addOption(wholeNumber('--limit <n>', 'findings shown', { from: 1, to: 1000 }).default(50));
}

function addSandbox(program: Command, bind: CommandBinder): void {
  const sandbox = program
    .command('sandbox')
    .description('A local D1 database and R2 bucket with a finished migration in them.');
  const create = sandbox
    .command('create')
    .description('Create the sandbox, migrate the seeded files into it, leave it running.')
    .addOption(wholeNumber('--seed <n>', 'seed of the set', { from: 0, to: 0xff_ff_ff_ff }));
  bind(
    'sandbox create',
    create,
    async () => (await import('./commands/sandbox.ts')).runSandboxCreate,
  );
  const start = sandbox.command('start').description('Start the servers of the sandbox.');
  bind('sandbox start', start, async () => (await import('./commands/sandbox.ts')).runSandboxStart);
  const stop = sandbox.command('stop').description('Stop the servers; the data stays.');
  bind('sandbox stop', stop, async () => (await import('./commands/sandbox.ts')).runSandboxStop);
  const reset = sandbox
    .command('reset')
    .description("Throw the sandbox's data away and create it anew from the same seed.");
  bind('sandbox reset', reset, async () => (await import('./commands/sandbox.ts')).runSandboxReset);
  const path = sandbox
    .command('path')
    .description('Print the folder of the sandbox, and nothing else.');
  bind('sandbox path', path, async () => (await import('./commands/sandbox.ts')).runSandboxPath);
}

function addOther(program: Command, bind: CommandBinder): void {
  const config = program.command('config').description('Show the configuration.');
  const show = config
    .command('show')
    .description(
      'Show every setting with its value and where it came from. Secrets are never shown.',
    );
  bind('config show', show, async () => (await import('./commands/config.ts')).runConfigShow);

  const drill = program
    .command('drill')
    .description(
      'Do the main job on a fresh sandbox of its own: create, plan, roll back, verify, report, undo, verify again, clean up.',
    )
    .option('--keep', 'keep the workspace of the drill')
    .option('--no-undo', 'leave the undo out')
    .addOption(wholeNumber('--seed <n>', 'seed of the sandbox', { from: 0, to: 0xff_ff_ff_ff }));
  bind('drill', drill, async () => (await import('./commands/drill.ts')).runDrill);
}

function withSelectors(command: Command): Command {
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

function withAcceptances(command: Command): Command {
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
