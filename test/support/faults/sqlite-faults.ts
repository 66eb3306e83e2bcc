import { relative } from 'node:path';
import Database from 'better-sqlite3';
import type { Strike } from './strike.ts';

/**
 * How a statement fails at the driver's edge.
 *
 * - `SQLITE_BUSY`, `SQLITE_IOERR_READ`: before it has any effect
 * - `SQLITE_FULL`: a write, before it has any effect
 * - `SQLITE_IOERR_WRITE`: a write; SQLite has rolled the whole transaction back by itself, as it may
 * - `SQLITE_IOERR_FSYNC`: a write outside a transaction, or a COMMIT, that has taken effect all the same: "applied, answer lost"
 */
export type SqliteFaultKind =
  | 'SQLITE_BUSY'
  | 'SQLITE_FULL'
  | 'SQLITE_IOERR_READ'
  | 'SQLITE_IOERR_WRITE'
  | 'SQLITE_IOERR_FSYNC';

interface SqliteFault {
  /** Only files below it are met. */
  readonly folder: string;
  readonly kind: SqliteFaultKind;
  readonly strike: Strike;
  /** Only statements that this is true for. */
  readonly only?: (sql: string, values: readonly unknown[]) => boolean;
}

interface Call {
  readonly database: Database.Database;
  readonly sql: string;
  readonly values: readonly unknown[];
}

let current: SqliteFault | undefined;

/** Arms a fault, or none. Statements of every connection of this process pass here. */
export function useSqliteFault(fault: SqliteFault | undefined): void {
  install();
  current = fault;
}

type Method = (this: Database.Statement, ...values: unknown[]) => unknown;

let isInstalled = false;

function install(): void {
  if (isInstalled) return;
  isInstalled = true;
  const memory = new Database(':memory:');
  const statements = Object.getPrototypeOf(memory.prepare('SELECT 1')) as Record<string, Method>;
  memory.close();
  for (const name of ['run', 'get', 'all', 'iterate']) {
    const real = statements[name];
    if (real === undefined) throw new Error(`The driver has no ${name} any more.`);
    statements[name] = function (...values) {
      const call = { database: this.database, sql: this.source, values };
      return pass(call, () => real.apply(this, values));
    };
  }
  const real = Object.getOwnPropertyDescriptor(Database.prototype, 'exec')?.value as (
    this: Database.Database,
    sql: string,
  ) => Database.Database;
  Database.prototype.exec = function (sql) {
    return pass({ database: this, sql, values: [] }, () => real.call(this, sql));
  };
}

function pass<T>(call: Call, work: () => T): T {
  const fault = current;
  if (fault === undefined || !concerns(fault, call)) return work();
  const name = `${relative(fault.folder, call.database.name)}: ${call.sql.trim().replaceAll(/\s+/g, ' ').slice(0, 80)}`;
  if (!fault.strike.meets(name)) return work();
  if (fault.kind === 'SQLITE_IOERR_FSYNC') work();
  if (fault.kind === 'SQLITE_IOERR_WRITE' && call.database.inTransaction) rollBack(call.database);
  throw new Database.SqliteError(`made by a test, at ${name}`, fault.kind);
}

/** What SQLite does by itself is no call that could be met. */
function rollBack(database: Database.Database): void {
  const armed = current;
  current = undefined;
  try {
    database.exec('ROLLBACK');
  } finally {
    current = armed;
  }
}

function concerns(fault: SqliteFault, { database, sql, values }: Call): boolean {
  if (!database.name.startsWith(fault.folder) || fault.only?.(sql, values) === false) return false;
  // better-sqlite3 rolls back after a failure; a ROLLBACK that fails is answered by SQLite with success or with no transaction.
  if (/^\s*ROLLBACK/i.test(sql)) return false;
  switch (fault.kind) {
    case 'SQLITE_BUSY':
    case 'SQLITE_IOERR_READ':
      return true;
    case 'SQLITE_FULL':
    case 'SQLITE_IOERR_WRITE':
      return isWrite(sql);
    case 'SQLITE_IOERR_FSYNC':
      return /^\s*COMMIT/i.test(sql) || (isWrite(sql) && !database.inTransaction);
  }
}

function isWrite(sql: string): boolean {
  return /^\s*(INSERT|UPDATE|DELETE|CREATE|ALTER|COMMIT|PRAGMA (wal_checkpoint|journal_mode =|user_version =|application_id =))/i.test(
    sql,
  );
}
