import type { ErrorGuide } from './guide.ts';

/** Databases, R2 and the disk. */
export const GUIDE_TO_STORES = {
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
    nextStep: 'Give the token “Object Read & Write” on this bucket.',
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
} as const satisfies Readonly<Record<string, ErrorGuide>>;
