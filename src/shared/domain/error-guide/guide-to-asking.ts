import type { ErrorGuide } from './guide.ts';

/** What was asked for cannot be: a wrong option or setting, a name that nothing has, the vault, the sandbox. */
export const GUIDE_TO_ASKING = {
  USAGE_INVALID: {
    cause: 'An option, argument or value is not accepted. The message names it.',
    proof: '`unwind COMMAND --help` shows what is allowed.',
    nextStep: 'Correct it and ask again. Nothing was changed.',
  },
  CONFIG_INVALID: {
    cause: 'A setting has a value that is not allowed, or settings contradict each other.',
    proof:
      'The message names setting and origin; `unwind config show` and the page Settings show all of them.',
    nextStep: 'Correct the setting where it comes from.',
  },
  CONFIG_MISSING: {
    cause: 'A setting that is needed, or the config file that was named, is not there.',
    proof: '`unwind config show` says of each setting where it was looked for.',
    nextStep:
      'Set it in the environment or in a config file, or enter the target on the page Targets.',
  },
  CONFIG_SECRET_IN_FILE: {
    cause: 'A config file holds a secret as it is.',
    proof: 'The message names file and setting.',
    nextStep:
      'Write `env:NAME` or `vault:NAME` in its place, and replace the secret: it may have been read.',
  },
  D1_PATH_AMBIGUOUS: {
    cause: '`D1_LOCAL_PATH` fits several database files.',
    proof: 'The message lists them, with their tables.',
    nextStep: 'Name one of those listed.',
  },
  MAPPING_AMBIGUOUS: {
    cause: 'Two sets of tables could be the one that tracks the migration.',
    proof: 'The message names them and what speaks for each.',
    nextStep: 'Say which in a mapping file (`UNWIND_MAPPING`).',
  },
  MAPPING_INVALID: {
    cause:
      'The tables and columns taken for the migration’s do not behave like it: a rehearsal on a copy of some rows changed the wrong thing, or could not be undone.',
    proof: 'The message says what the rehearsal found.',
    nextStep: 'Correct the mapping file.',
  },
  SCOPE_CONTRADICTORY: {
    cause: 'Selectors exclude each other, e.g. everything and one batch.',
    proof: 'The message names both.',
    nextStep: 'Leave one of them out.',
  },
  SCOPE_EMPTY: {
    cause:
      'No record is in scope: an id is misspelt, the dates are others, or it is another database.',
    proof: 'The message lists the batches, users and days that exist; `unwind status` counts them.',
    nextStep: 'Correct batch, user or dates, or choose the right target.',
    formerly: 'No migration records found',
  },
  TARGET_NOT_FOUND: {
    cause: 'No target has this name.',
    proof: '`unwind config show` and the page Targets list the names.',
    nextStep: 'Choose one of those listed.',
  },
  RUN_NOT_FOUND: {
    cause: 'No run of this workspace has this id or file.',
    proof: '`unwind runs list` lists them; the file may be in another workspace (`UNWIND_HOME`).',
    nextStep: 'Name one of those listed, or the path of a run file.',
  },
  CHECKPOINT_NOT_FOUND: {
    cause: 'The run has not reached a checkpoint of this name, or it stands inside a stage.',
    proof: '`unwind checkpoints RUN` lists those reached.',
    nextStep: 'Name one that stands between stages.',
  },
  REPORT_NOT_FOUND: {
    cause: 'No reconcile report has this id, or it is not in the state that is asked for.',
    proof: '`unwind reconciles list` lists them with their states.',
    nextStep: 'Name one of those listed, or make a new report.',
  },
  DEBT_NOT_FOUND: {
    cause: 'No run with this id left anything open.',
    proof: '`unwind debts list` shows what is open.',
    nextStep: 'Nothing is to be closed: look at the run instead.',
  },
  SNAPSHOT_NOT_FOUND: {
    cause: 'No snapshot and no backup of this workspace has this name.',
    proof: '`unwind snapshots list` shows what there is.',
    nextStep: 'Name one of those listed, or point `UNWIND_HOME` at the workspace that has it.',
  },
  SANDBOX_MISSING: {
    cause: 'There is no sandbox in this workspace.',
    proof: 'Home shows the state of the sandbox.',
    nextStep: 'Create one with `unwind sandbox create`, or by the button on Home.',
  },
  VAULT_MISSING: {
    cause:
      'There is no vault in this workspace, and a secret was to be kept in it or read from it.',
    proof: 'The page Targets shows the state of the vault.',
    nextStep: 'Create one on the page Targets.',
  },
  VAULT_EXISTS: {
    cause: 'A vault was to be created where there is one.',
    proof: 'The page Targets shows the state of the vault.',
    nextStep: 'Unlock it, or move `vault.json` away.',
  },
  SANDBOX_EXISTS: {
    cause: 'A sandbox was to be created where there is one.',
    proof: 'Home shows it; `unwind sandbox path` prints its folder.',
    nextStep: 'Use it, or make it anew with `unwind sandbox reset`.',
  },
  VAULT_LOCKED: {
    cause: 'A secret is in the vault, and nobody has unlocked it, or it has no such entry.',
    proof:
      'The page Targets shows the state of the vault; `unwind config show` which setting is in it.',
    nextStep:
      'Unlock it on the page Targets, or name a file with the passphrase by `UNWIND_VAULT_PASSPHRASE_FILE`.',
  },
  VAULT_PASSPHRASE_WRONG: {
    cause: 'The passphrase does not open the vault.',
    proof:
      'Capitals and spaces count; a file may end with a line break that belongs to no passphrase.',
    nextStep:
      'Try again. A passphrase that is lost cannot be recovered: create a new vault and enter the secrets again.',
  },
  VAULT_INVALID: {
    cause: 'The vault, or an entry of it, is not as it was written.',
    proof: 'The message names the entry.',
    nextStep:
      'Bring `vault.json` back from a backup, or create a new vault and enter the secrets again.',
  },
  SANDBOX_FAILED: {
    cause: 'The sandbox could not be started or made.',
    proof: 'The message has the reason; a port may be in use.',
    nextStep: '`unwind sandbox reset` makes it anew.',
  },
} as const satisfies Readonly<Record<string, ErrorGuide>>;
