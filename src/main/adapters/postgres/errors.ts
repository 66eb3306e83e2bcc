import { DatabaseError } from 'pg';
import type { ErrorCode } from '../../../shared/domain/error-codes.ts';
import { OperatorError, toOperatorError } from '../../../shared/domain/operator-error.ts';

/** What was being done to which database, in words that complete "… failed": `Reading from`. */
export interface Attempt {
  readonly doing: string;
  /** `host:port/database`. */
  readonly location: string;
}

interface Meaning {
  readonly code: ErrorCode;
  readonly happened: string;
  readonly hint: string;
}

const restarted =
  'Look at the server\'s log. Once it answers again, run the same command again; a run that was stopped goes on with "unwind resume".';
const seeConfig = '"unwind config show" says where each setting comes from.';

const unreachable: Meaning = {
  code: 'DATABASE_UNREACHABLE',
  happened: 'the connection broke',
  hint: restarted,
};

/** By SQLSTATE; where the whole one is not listed, by its class (the first two characters). */
const meanings: Readonly<Record<string, Meaning>> = {
  '08': unreachable,
  '28': {
    code: 'DATABASE_CREDENTIALS_REJECTED',
    happened: 'the server rejected the user or the password',
    hint: `Check POSTGRES_USER and POSTGRES_PASSWORD (or the password file), and that pg_hba.conf lets this user in from here, with TLS where it asks for that. ${seeConfig}`,
  },
  '3D000': {
    code: 'DATABASE_NOT_FOUND',
    happened: 'there is no such database on the server',
    hint: `Check POSTGRES_DB. ${seeConfig}`,
  },
  '42501': {
    code: 'DATABASE_DENIED',
    happened: 'the role lacks a right',
    hint: 'Grant what is missing to the role; "unwind preflight" lists every right that a rollback needs.',
  },
  '25006': {
    code: 'DATABASE_READ_ONLY',
    happened: 'the session may only read',
    hint: 'If the server is a standby, use the primary (POSTGRES_HOST). If the role or the database has default_transaction_read_only, take that off.',
  },
  '40001': {
    code: 'DATABASE_CONFLICT',
    happened: 'another transaction changed the same rows at the same time',
    hint: 'Nothing of this transaction was stored. Try again; if it comes back, stop what else writes to these tables ("unwind locks" names it).',
  },
  '40P01': {
    code: 'DATABASE_CONFLICT',
    happened: 'two transactions waited for each other, and the server ended this one',
    hint: 'Nothing of this transaction was stored. Try again; if it comes back, stop what else writes to these tables ("unwind locks" names it).',
  },
  '55P03': {
    code: 'DATABASE_TIMEOUT',
    happened: 'somebody else held a lock for longer than Unwind waits',
    hint: 'See who with "unwind locks", wait for it or cancel it, then try again. POSTGRES_LOCK_TIMEOUT sets how long to wait.',
  },
  '57014': {
    code: 'DATABASE_TIMEOUT',
    happened:
      'the statement was cancelled: it took longer than it may, or an administrator cancelled it',
    hint: 'Try again when the server is less busy, or set POSTGRES_STATEMENT_TIMEOUT to more.',
  },
  '25P03': {
    code: 'DATABASE_UNREACHABLE',
    happened: 'the server ended the session because its transaction was idle for too long',
    hint: 'This process hung or its machine slept. Nothing of the transaction was stored; start again.',
  },
  '57P01': { ...unreachable, happened: 'an administrator ended the session or stopped the server' },
  '57P02': { ...unreachable, happened: 'the server crashed and is recovering' },
  '57P03': { ...unreachable, happened: 'the server is starting, stopping or recovering' },
  '57P04': {
    code: 'DATABASE_NOT_FOUND',
    happened: 'the database was dropped',
    hint: `Check POSTGRES_DB. ${seeConfig}`,
  },
  '57P05': {
    ...unreachable,
    happened: 'the server ended the session because it was idle for too long',
  },
  '53100': {
    code: 'DISK_FULL',
    happened: 'the disk of the server is full',
    hint: 'Free space on the server, then go on; nothing of this transaction was stored.',
  },
  '53200': {
    code: 'DATABASE_FAILED',
    happened: 'the server is out of memory',
    hint: 'Relieve the server, then try again; nothing of this transaction was stored.',
  },
  '53300': {
    code: 'DATABASE_UNREACHABLE',
    happened: 'the server has no connection left',
    hint: 'Close other connections or raise max_connections, then try again.',
  },
  '58030': {
    code: 'DATABASE_FAILED',
    happened: 'the disk of the server reported an error',
    hint: 'Check the disk and the log of the server before anything else is written.',
  },
  XX001: {
    code: 'DATABASE_INVALID',
    happened: 'a table is damaged',
    hint: 'Stop here. Find out with pg_amcheck on a copy how far the damage goes, and restore from a backup.',
  },
  XX002: {
    code: 'DATABASE_INVALID',
    happened: 'an index is damaged',
    hint: 'Stop here. Check with pg_amcheck, and rebuild the index with REINDEX once you know why it broke.',
  },
};

const unknownState: Meaning = {
  code: 'DATABASE_FAILED',
  happened: 'PostgreSQL refused',
  hint: 'The message of the server says why; nothing of this transaction was stored.',
};

const cannotReach: Meaning = {
  code: 'DATABASE_UNREACHABLE',
  happened: 'the server cannot be reached',
  hint: `Check that it runs, that POSTGRES_HOST and POSTGRES_PORT are right, and that no firewall is in between. ${seeConfig}`,
};

const handshakeFailed: Meaning = {
  code: 'DATABASE_TLS_FAILED',
  happened:
    'the server could not prove who it is, or would not speak TLS with this client; no password was sent',
  hint: "Set POSTGRES_SSLROOTCERT to the certificate of the authority that signed the server's, and POSTGRES_HOST to a name that stands in it. Do not lower POSTGRES_SSLMODE before you know who answers.",
};

const networkErrnos: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT',
  'EACCES',
  'EADDRNOTAVAIL',
]);

/** SQLSTATE of what the server answered; `undefined` when the trouble is not an answer of the server. */
function sqlStateOf(error: unknown): string | undefined {
  return error instanceof DatabaseError ? error.code : undefined;
}

/** Turns what pg threw into ours. Reads the SQLSTATE, else Node's error code; what is neither means that the connection broke. */
export function fromPostgres(error: unknown, attempt: Attempt): OperatorError {
  if (error instanceof OperatorError) return error;
  const state = sqlStateOf(error);
  if (state !== undefined && error instanceof DatabaseError) {
    const meaning = meanings[state] ?? meanings[state.slice(0, 2)] ?? unknownState;
    return described(meaning, attempt, error, { sqlState: state, ...factsOf(error) });
  }
  if (!(error instanceof Error) || error instanceof TypeError) return toOperatorError(error);
  const errno = errnoOf(error);
  return described(unreachable, attempt, error, errno === undefined ? {} : { errno });
}

/** A session that could not be opened; `tls`: whether the connection was to be encrypted. */
export function fromConnecting(
  error: unknown,
  attempt: Attempt & { readonly tls: 'tls' | 'plain' },
): OperatorError {
  if (sqlStateOf(error) !== undefined || error instanceof OperatorError)
    return fromPostgres(error, attempt);
  const errno = errnoOf(error);
  const isHandshake = attempt.tls === 'tls' && errno !== undefined && !networkErrnos.has(errno);
  return described(
    isHandshake ? handshakeFailed : cannotReach,
    attempt,
    error,
    errno === undefined ? {} : { errno },
  );
}

/** Whether a COMMIT that failed so may have been stored all the same: only reading back can tell. */
export function leavesCommitOpen(error: unknown): boolean {
  const state = sqlStateOf(error);
  // An answer of these classes ends the session: it may come after the commit was written, and before it was acknowledged.
  return state === undefined || /^(08|40003|57P|58|XX)/.test(state);
}

/** A COMMIT that was sent and not answered. */
export function commitUnknown(error: unknown, attempt: Attempt): OperatorError {
  const known = fromPostgres(error, attempt);
  return new OperatorError('COMMIT_OUTCOME_UNKNOWN', {
    message: `The connection to ${attempt.location} broke between COMMIT and its answer, so the changes may or may not be stored.`,
    hint: 'Once the server answers again, run "unwind resume": it reads the rows back before it goes on.',
    details: known.details,
    cause: error,
  });
}

function described(
  meaning: Meaning,
  attempt: Attempt,
  error: unknown,
  facts: Readonly<Record<string, string>>,
): OperatorError {
  // Several addresses that all refuse come as one error without a text.
  const text = error instanceof Error && error.message !== '' ? error.message : 'no more is known';
  const id = facts.sqlState ?? facts.errno;
  const said = id === undefined ? text : `${id}: ${text}`;
  return new OperatorError(meaning.code, {
    message: `${attempt.doing} ${attempt.location} failed: ${meaning.happened} (${said}).`,
    hint: meaning.hint,
    details: { database: attempt.location, ...facts },
    cause: error,
  });
}

function factsOf(error: DatabaseError): Readonly<Record<string, string>> {
  const { schema, table, column, constraint } = error;
  const named = Object.entries({ schema, table, column, constraint });
  return Object.fromEntries(
    named.filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
