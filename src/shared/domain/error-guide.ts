import type { ErrorCode } from './error-codes.ts';

/** What an operator needs to know of an error beyond its own message. */
export interface ErrorGuide {
  /** What has happened, in general: the message says it of the case at hand. */
  readonly cause: string;
  /** How to see for oneself that this is the cause. */
  readonly proof: string;
  readonly nextStep: string;
  /** What the reference procedures called it, for those who look for that. */
  readonly formerly?: string;
}

/** The guide to every error code: the console's Help, `unwind errors` and docs/errors.md say this. Code between backquotes. */
export const ERROR_GUIDE: Readonly<Record<ErrorCode, ErrorGuide>> = {
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
  DATABASE_NOT_FOUND: {
    cause: 'There is no database where the target says.',
    proof: 'The message names the path, or server and database.',
    nextStep: 'Correct `D1_LOCAL_PATH`, or `PGDATABASE`.',
  },
  DATABASE_INVALID: {
    cause:
      'The file is not a database, is damaged, or holds a value that Unwind cannot write back exactly.',
    proof:
      'The message names file, table and row. `sqlite3 FILE "pragma integrity_check"` checks a D1 file.',
    nextStep: 'Choose the right file, or bring it back from a backup.',
  },
  DATABASE_SCHEMA_MISSING: {
    cause: 'The database lacks the tables or columns of a migration. It may be the wrong one.',
    proof: 'The message names every missing table and column.',
    nextStep: 'Choose the right database, or name its tables in a mapping file (`UNWIND_MAPPING`).',
  },
  COLUMNS_DROPPED: {
    cause:
      'A finished run dropped the columns by which the migration was recognised: there is nothing left to roll back.',
    proof: 'The message names the run; `unwind verify RUN` says whether the drop still holds.',
    nextStep:
      'Nothing is to be done. Rows that are missed come back from a snapshot: `unwind restore`.',
  },
  DATABASE_BUSY: {
    cause: 'Another process holds the database and writes to it.',
    proof: '`unwind locks` and `unwind preflight` name the process, where it can be found.',
    nextStep: 'Wait for it, or end it; then ask again.',
  },
  DATABASE_READ_ONLY: {
    cause:
      'The database cannot be written: the file’s permissions, a read-only disk, or a standby server.',
    proof: '`unwind preflight` tries it.',
    nextStep: 'Correct the permissions, or connect to the primary.',
  },
  DATABASE_UNREACHABLE: {
    cause: 'The database server does not answer, or the connection broke.',
    proof: '`unwind preflight --only database` connects and says where it gets to.',
    nextStep:
      'Check host, port and network, and that the server runs. `unwind resume RUN` goes on with a run.',
    formerly: 'Database connection failed',
  },
  DATABASE_TLS_FAILED: {
    cause: 'The server’s identity or encryption is not what the target asks for.',
    proof: 'The message says which check failed: certificate, name or encryption.',
    nextStep:
      'Give the server’s root certificate (`PGSSLROOTCERT`), or correct `PGHOST`. Lower `PGSSLMODE` only where you know the other end.',
  },
  DATABASE_CREDENTIALS_REJECTED: {
    cause: 'The server does not accept user or password.',
    proof: '`unwind config show` says where user and password come from.',
    nextStep: 'Correct them there; look at `pg_hba.conf` where they are right.',
    formerly: 'Database connection failed',
  },
  DATABASE_DENIED: {
    cause: 'The role lacks a right.',
    proof: 'The message names right and table; `unwind preflight` lists all that are needed.',
    nextStep: 'Grant it, or use another role.',
  },
  DATABASE_TIMEOUT: {
    cause: 'A lock or a statement took longer than allowed; nothing of it was written.',
    proof: '`unwind locks` shows who holds the rows.',
    nextStep: 'Wait for them, or cancel one of them there; then ask again.',
  },
  DATABASE_CONFLICT: {
    cause: 'A deadlock or a concurrent change ended the transaction; nothing of it was written.',
    proof: 'The server’s log names both transactions.',
    nextStep: '`unwind resume RUN` goes on.',
  },
  DATABASE_FAILED: {
    cause: 'The database refused a statement.',
    proof: 'The message says which, and why the database says it did.',
    nextStep: 'Settle what the database names; then ask again.',
  },
  COMMIT_OUTCOME_UNKNOWN: {
    cause:
      'The connection broke between a commit and its answer: the chunk was written as a whole or not at all.',
    proof: '`unwind resume RUN --explain` reads the rows and says which.',
    nextStep: '`unwind resume RUN` reads back what happened and goes on from there.',
  },
  R2_UNREACHABLE: {
    cause: 'The endpoint does not answer.',
    proof: '`unwind preflight --only bucket` asks it and says how far it gets.',
    nextStep: 'Check `R2_ENDPOINT` and the network. `unwind resume RUN` goes on with a run.',
  },
  R2_CREDENTIALS_REJECTED: {
    cause: 'R2 does not accept key or token: mistyped, expired, or of another account.',
    proof:
      '`unwind config show` says where they come from; `unwind preflight --only bucket` tries them.',
    nextStep: 'Correct them, or make a new token in the dashboard of the account.',
    formerly: 'R2 API authentication failed',
  },
  R2_DENIED: {
    cause: 'The credentials may not do this, e.g. they are read-only.',
    proof: '`unwind preflight --only bucket` lists what they may do.',
    nextStep: 'Give the token *Object Read & Write* on this bucket.',
    formerly: 'R2 API authentication failed',
  },
  R2_OBJECT_LOCKED: {
    cause: 'A bucket lock rule keeps the object from being deleted or overwritten.',
    proof:
      'The message names the object; the rule is in the settings of the bucket, or by `wrangler r2 bucket lock list`.',
    nextStep: 'Wait until the retention ends, or remove the rule; then `unwind resume RUN`.',
  },
  R2_BUCKET_NOT_FOUND: {
    cause: 'There is no such bucket in the account, or in its jurisdiction.',
    proof: '`wrangler r2 bucket list` lists those of the account.',
    nextStep: 'Correct `R2_BUCKET_NAME`, or the jurisdiction in `R2_ENDPOINT`.',
  },
  R2_OBJECT_NOT_FOUND: {
    cause:
      'An object that is needed is not there: it was deleted since, or the key or bucket is another.',
    proof:
      '`unwind status` shows row, object and original of each file; `unwind reconcile` lists every row without an object.',
    nextStep: 'Find out who deleted it. Plan again: the plan says what is left to do.',
    formerly: 'File not found in R2',
  },
  R2_OBJECT_CHANGED: {
    cause: 'An object is not the one that was planned with: somebody wrote it since.',
    proof: 'The page of the plan looks again and names it; the bucket shows when it was modified.',
    nextStep: 'Plan again.',
  },
  R2_OBJECT_EXISTS: {
    cause: 'There is an object where one was to be written; it is not overwritten.',
    proof: 'The message names the key.',
    nextStep:
      'Look at both objects. Move the one away that is not needed, then `unwind resume RUN`.',
  },
  R2_RATE_LIMITED: {
    cause: 'R2 asks to slow down, longer than Unwind waits by itself.',
    proof: 'The log of the run shows the answers and the waits.',
    nextStep: '`unwind resume RUN` goes on later; `--nice-ratio` slows it down.',
  },
  R2_UNSUPPORTED: {
    cause:
      'The endpoint does not take the request as Unwind sends it (HTTP 400, 405, 501 and the like).',
    proof: 'The message has status and code of the answer.',
    nextStep:
      'Check that `R2_ENDPOINT` is an R2 endpoint: `https://ACCOUNT_ID.r2.cloudflarestorage.com`.',
  },
  R2_FAILED: {
    cause: 'R2 failed in another way, several times in a row.',
    proof: 'The message has status and code; cloudflarestatus.com tells of incidents.',
    nextStep: '`unwind resume RUN` goes on later.',
  },
  FILE_FAILED: {
    cause: 'A file in the workspace could not be read or written.',
    proof: 'The message has path and reason.',
    nextStep: 'Correct permissions or disk; then ask again.',
  },
  DISK_FULL: {
    cause: 'There is no room left in the workspace.',
    proof: '`unwind preflight --only workspace` compares the room with what a run needs.',
    nextStep: 'Make room, then `unwind resume RUN`.',
  },
  PLAN_STALE: {
    cause: 'The target has changed since the plan.',
    proof: 'The message lists what moved; *Look now* on the page of the plan does so at any time.',
    nextStep: 'Plan again: the new plan shows what is left to do.',
  },
  PLAN_BLOCKED: {
    cause: 'The plan has a blocker, or nothing to do.',
    proof: 'The plan lists its findings, blockers first.',
    nextStep: 'Settle it, or accept it with a reason where that is possible, and plan again.',
  },
  PLAN_DIGEST_MISMATCH: {
    cause: 'The digest given is not the plan’s: it is of another plan, or cut short.',
    proof: '`unwind runs show PLAN` shows the digest.',
    nextStep: 'Look at the plan again and consent to the digest that it shows.',
  },
  PLAN_TARGET_MISMATCH: {
    cause:
      'The plan was made for another target: another database, bucket, endpoint or, on PostgreSQL, another address.',
    proof: 'The message has both.',
    nextStep: 'Choose the target that the plan was made for, or make a new plan.',
  },
  PLAN_ALREADY_EXECUTED: {
    cause: 'The plan’s run has begun before.',
    proof: '`unwind runs show RUN` shows what it did.',
    nextStep: 'Make a new plan, or go on with that run: `unwind resume RUN`.',
  },
  CONFIRMATION_MISMATCH: {
    cause: 'The phrase was not typed exactly, or nobody could be asked.',
    proof: 'The message shows the phrase.',
    nextStep: 'Type it exactly. In a script consent by `--plan-digest` and `--confirm`.',
  },
  REASON_REQUIRED: {
    cause: 'The target is production, and a run there was to begin without a reason.',
    proof: '`UNWIND_ENVIRONMENT` of the target, in `unwind config show`.',
    nextStep: 'Give one with `--reason`, or in the field Reason. Nothing was changed.',
  },
  BACKUP_REQUIRED: {
    cause: '`--no-backup` was given although objects go.',
    proof: 'The plan says how many.',
    nextStep: 'Leave it out, or roll back rows only: `--database-only`.',
  },
  RUN_NOT_RESUMABLE: {
    cause:
      'The run is in a state that has nothing to go on with, or an undo has begun to take it back.',
    proof: '`unwind runs show RUN` shows the state.',
    nextStep: 'The message says which way is open: a new plan, or the undo.',
  },
  RUN_NOT_UNDOABLE: {
    cause:
      'The run cannot be taken back: it has not begun, is going on, or its quarantine was purged.',
    proof: '`unwind runs show RUN` shows state and quarantine.',
    nextStep:
      'The message says what has to come first. After a purge rows come back by `unwind restore`, objects from the originals.',
  },
  REPORT_UNFINISHED: {
    cause: 'The reconcile was stopped before its end.',
    proof: '`unwind reconciles list` shows how far it got.',
    nextStep: '`unwind reconcile --resume ID` goes on.',
  },
  DEBT_CLOSED: {
    cause: 'Nothing of this debt is open any more.',
    proof: '`unwind debts list` looks at the target.',
    nextStep: 'Nothing is to be planned.',
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
  TARGET_READ_ONLY: {
    cause:
      'The configuration says that nothing of this target may be changed (`UNWIND_GUARD=read-only`).',
    proof: '`unwind config show` says where it is set.',
    nextStep: 'Change it there, if it is meant to be changed. Nothing was changed.',
  },
  TARGET_IN_SAFE_MODE: {
    cause:
      'Something about the target could not be decided, and Unwind does not write to it until an operator has settled it.',
    proof: '`unwind safe-mode show` says since when, why, and lists the exits.',
    nextStep:
      'Take one of the exits: retry, plan the rest again, undo, restore. Nothing was changed.',
  },
  TARGET_NOT_IN_SAFE_MODE: {
    cause: 'Safe mode was to be left where there is none.',
    proof: '`unwind safe-mode show` lists the targets that are in it.',
    nextStep: 'Nothing is to be done.',
  },
  TARGET_LOCKED: {
    cause: 'Another run works on this target.',
    proof: 'The message says whose, on which host and since when; `unwind locks` shows it.',
    nextStep: 'Wait until it has ended. A lease whose holder is dead is taken over by itself.',
  },
  LEASE_LOST: {
    cause:
      'The connection that held the lease of a PostgreSQL target broke while the run went on. Nothing was written after that.',
    proof: 'The server’s log says why the connection ended.',
    nextStep:
      '`unwind resume RUN` once the server answers: it takes the lease again and reads what was done.',
  },
  RUN_INCOMPLETE: {
    cause: 'Planned work was left undone: files moved since the plan, or failed.',
    proof: '`unwind runs show RUN --items` lists them with the reason of each.',
    nextStep: '`unwind resume RUN` tries what failed; a new plan takes what moved.',
  },
  RUN_FILE_INVALID: {
    cause: 'The file is not a run file, or it is truncated or damaged.',
    proof:
      'The message says what contradicts what. `sqlite3 FILE "pragma integrity_check"` looks at its pages.',
    nextStep:
      'Bring the file back from a backup. `unwind reconstruct` gathers what the other records know.',
  },
  LEASE_INVALID: {
    cause: 'The lease file beside a D1 database (`….unwind-lease`) is damaged.',
    proof: 'The message names the file.',
    nextStep:
      'Make sure that no Unwind works on the database, then move it away with what is beside it and begins with its name: it is made again.',
  },
  REPORT_INVALID: {
    cause: 'The file is not a reconcile report, or it is damaged.',
    proof: 'The message names the file.',
    nextStep: 'Make a new report.',
  },
  LEDGER_INVALID: {
    cause: '`workspace.sqlite` cannot be read.',
    proof: '`sqlite3 workspace.sqlite "pragma integrity_check"` says what is wrong with it.',
    nextStep: 'Move it away: it is made again from the run files.',
  },
  PLAN_EDITED: {
    cause:
      'The plan’s content does not match its digest: somebody changed the file. It is never executed.',
    proof: 'The message has both digests.',
    nextStep: 'Do not use this file. Make a new plan, and find out who changed this one.',
  },
  SNAPSHOT_INVALID: {
    cause: 'A snapshot does not read back as it was written. Nothing is changed without one.',
    proof: '`unwind snapshots verify NAME` says which rows differ.',
    nextStep:
      'Take an alternate: `unwind snapshots list` shows which verify. `unwind reconstruct` goes on without.',
  },
  VAULT_INVALID: {
    cause: 'The vault, or an entry of it, is not as it was written.',
    proof: 'The message names the entry.',
    nextStep:
      'Bring `vault.json` back from a backup, or create a new vault and enter the secrets again.',
  },
  VERIFICATION_FAILED: {
    cause: 'The target is not as it should be after the run.',
    proof:
      'The report of the run has each check with what it expected and found; `unwind verify RUN` reads all of it again.',
    nextStep:
      'Look at the examples of the failed check. Undo the run, or settle what differs and verify again.',
  },
  OBJECTS_LOST: {
    cause:
      'An object is gone together with its quarantine copy: somebody else removed the copy. The target is in safe mode.',
    proof: 'The report names every object; the bucket’s access log says who deleted it.',
    nextStep: 'Find out who did it. The originals are where the plan proved them.',
  },
  CANCELLED: {
    cause: 'The operator stopped it.',
    proof: 'The message says what was kept.',
    nextStep: 'Begin again when you are ready.',
  },
  SANDBOX_FAILED: {
    cause: 'The sandbox could not be started or made.',
    proof: 'The message has the reason; a port may be in use.',
    nextStep: '`unwind sandbox reset` makes it anew.',
  },
  INTERNAL: {
    cause: 'A condition that Unwind does not handle: a defect of ours.',
    proof: 'The log of the session has the whole error.',
    nextStep:
      'Keep the log and report it. What a run did is in its run file: `unwind resume RUN --explain`.',
  },
};
