import { type Command, Option } from 'commander';
import { type CommandBinder, wholeNumber } from '../define-command.ts';
import { blastRadiusHelp, withExecution } from '../execution-options.ts';

/** Commands over the runs of the workspace and what they keep: analyze, runs, checkpoints, quarantine. */
export function addRecordCommands(program: Command, bind: CommandBinder): void {
  addAnalyze(program, bind);
  addRuns(program, bind);
  addQuarantine(program, bind);
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
  bind('analyze', analyze, async () => (await import('../commands/analyze.ts')).runAnalyze);
}

function addRuns(program: Command, bind: CommandBinder): void {
  const runs = program.command('runs').description('List plans and runs, show one.');
  const list = runs
    .command('list')
    .description('List plans and runs of the workspace, newest first.')
    .addOption(wholeNumber('--limit <n>', 'runs shown', { from: 1, to: 1000 }).default(50));
  bind('runs list', list, async () => (await import('../commands/runs.ts')).runRunsList);

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
  bind('runs show', show, async () => (await import('../commands/runs.ts')).runRunsShow);

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
    async () => (await import('../commands/checkpoints.ts')).runCheckpoints,
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
    async () => (await import('../commands/quarantine.ts')).runQuarantineList,
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
    async () => (await import('../commands/quarantine.ts')).runQuarantinePurge,
  );
}
