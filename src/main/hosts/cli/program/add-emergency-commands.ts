import type { Command } from 'commander';
import { type CommandBinder, wholeNumber } from '../define-command.ts';
import { blastRadiusHelp, withExecution } from '../execution-options.ts';

const snapshotHelp = 'id of a snapshot or name of a backup, or its beginning';

/** Adds the commands for the day on which rows have to come back from what was kept of them. */
export function addEmergencyCommands(program: Command, bind: CommandBinder): void {
  const snapshots = program
    .command('snapshots')
    .description('List the kept rows, show one of them, read one again to its last byte.');
  const list = snapshots
    .command('list')
    .description(
      'List the snapshots of the workspace and the backups in the format of the reference, newest first, with their last verification.',
    );
  bind(
    'snapshots list',
    list,
    async () => (await import('../commands/snapshots.ts')).runSnapshotsList,
  );
  const show = snapshots
    .command('show')
    .argument('<snapshot>', snapshotHelp)
    .description('Show one snapshot or backup.');
  bind(
    'snapshots show',
    show,
    async () => (await import('../commands/snapshots.ts')).runSnapshotsShow,
  );
  const verify = snapshots
    .command('verify')
    .argument('<snapshot>', snapshotHelp)
    .description(
      'Read every byte of a snapshot or backup again. Exits with 9 where it is damaged, and names what could stand in for it.',
    );
  bind(
    'snapshots verify',
    verify,
    async () => (await import('../commands/snapshots.ts')).runSnapshotsVerify,
  );

  const restore = withExecution(program.command('restore'), 'restore')
    .argument('[snapshot]', snapshotHelp)
    .option('--reconstructed', 'take the values from a reconstruction instead of a snapshot')
    .option('--run <run>', 'with --reconstructed: only what this run touched')
    .option('--batch-id <id>', 'only files of this batch')
    .option(
      '--accept-triggers <reason>',
      'go on although triggers fire on the rows, for this reason',
    )
    .option('--accept-blast-radius <reason>', blastRadiusHelp)
    .summary('give rows the values that a snapshot kept')
    .description(
      'Read all of a snapshot, compare each kept row with the database, and show the plan that gives rows the kept values; with --confirm execute it. Takes a snapshot of its own first and can be undone. Moves no object: a row that would point at none is held.',
    );
  bind('restore', restore, async () => (await import('../commands/restore.ts')).runRestore);

  const reconstruct = program
    .command('reconstruct')
    .summary('put rows together from all that tells of them')
    .description(
      'Put rows together as they were before the runs of Unwind that still stand: from snapshots, plans, backups and tracking rows, each value with its confidence. Changes nothing. For the day on which no snapshot is sound.',
    )
    .option('--run <run>', 'only what this run touched: id, beginning of an id, or run file')
    .option('--csv <file>', 'write all rows to a CSV file')
    .option('--jsonl <file>', 'write all rows to a file with one JSON object a line')
    .addOption(wholeNumber('--limit <n>', 'rows shown', { from: 0, to: 1000 }).default(20));
  bind(
    'reconstruct',
    reconstruct,
    async () => (await import('../commands/reconstruct.ts')).runReconstruct,
  );

  const pack = program
    .command('pack')
    .argument('[run]', 'only this run: id, beginning of an id, or run file; left out: the target')
    .option('--output <file>', 'where the pack goes; left out: the folder packs of the workspace')
    .summary('put everything into one file for whoever takes over')
    .description(
      'Pack run files, snapshots, backups, logs, a reconstruction, a preflight, versions and configuration into one gzipped tar archive with a README and the hash of every file. Holds no secret. Changes nothing.',
    );
  bind('pack', pack, async () => (await import('../commands/pack.ts')).runPack);
}
