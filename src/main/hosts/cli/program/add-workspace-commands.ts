import type { Command } from 'commander';
import { type CommandBinder, wholeNumber } from '../define-command.ts';

/** Commands over the workspace itself: safe-mode, sandbox, config, errors, drill. */
export function addWorkspaceCommands(program: Command, bind: CommandBinder): void {
  addSafeMode(program, bind);
  addSandbox(program, bind);
  addOther(program, bind);
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
    async () => (await import('../commands/safe-mode.ts')).runSafeModeShow,
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
    async () => (await import('../commands/safe-mode.ts')).runSafeModeLeave,
  );
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
    async () => (await import('../commands/sandbox.ts')).runSandboxCreate,
  );
  const start = sandbox.command('start').description('Start the servers of the sandbox.');
  bind(
    'sandbox start',
    start,
    async () => (await import('../commands/sandbox.ts')).runSandboxStart,
  );
  const stop = sandbox.command('stop').description('Stop the servers; the data stays.');
  bind('sandbox stop', stop, async () => (await import('../commands/sandbox.ts')).runSandboxStop);
  const reset = sandbox
    .command('reset')
    .description("Throw the sandbox's data away and create it anew from the same seed.");
  bind(
    'sandbox reset',
    reset,
    async () => (await import('../commands/sandbox.ts')).runSandboxReset,
  );
  const path = sandbox
    .command('path')
    .description('Print the folder of the sandbox, and nothing else.');
  bind('sandbox path', path, async () => (await import('../commands/sandbox.ts')).runSandboxPath);
}

function addOther(program: Command, bind: CommandBinder): void {
  const config = program.command('config').description('Show the configuration.');
  const show = config
    .command('show')
    .description(
      'Show every setting with its value and where it came from. Secrets are never shown.',
    );
  bind('config show', show, async () => (await import('../commands/config.ts')).runConfigShow);

  const errors = program
    .command('errors')
    .argument('[code]', 'code of the error; left out: every one')
    .summary('explain an error code: cause, proof, next step')
    .description(
      'Explain an error code: its cause, how to see that it is so, and what to do. Needs no target and no network.',
    );
  bind('errors', errors, async () => (await import('../commands/errors.ts')).runErrors);

  const drill = program
    .command('drill')
    .description(
      'Do the main job on a fresh sandbox of its own: create, plan, roll back, verify, report, undo, verify again, clean up.',
    )
    .option('--keep', 'keep the workspace of the drill')
    .option('--no-undo', 'leave the undo out')
    .addOption(wholeNumber('--seed <n>', 'seed of the sandbox', { from: 0, to: 0xff_ff_ff_ff }));
  bind('drill', drill, async () => (await import('../commands/drill.ts')).runDrill);
}
