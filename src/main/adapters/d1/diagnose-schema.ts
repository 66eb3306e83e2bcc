import { statSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { Answer } from '../../core/ports/diagnosis.ts';
import type { DatabaseDescription } from '../../core/ports/migration-database.ts';
import type { MigrationMapping } from '../../core/schema/migration-mapping.ts';
import type { Connection } from './connection.ts';
import { hasWalResetFix } from './wal-reset-bug.ts';

/** A check of every page blocks this thread for about a second per gibibyte of cached file; beyond this it is left to the operator. */
const CHECKED_BYTES = 256 * 2 ** 20;

/** Limits of D1 in production; a local file may be beyond them, and then no longer fits where it came from. */
const D1_MAX_BYTES = 10 * 2 ** 30;
const D1_MAX_COLUMNS = 100;

/** Whether the pages of the database hang together. */
export function lookAtIntegrity(connection: Connection, path: string): Answer {
  const { size } = statSync(path);
  if (size > CHECKED_BYTES) {
    connection.prepare('SELECT count(*) FROM sqlite_schema').get();
    return {
      state: 'skipped',
      finding: `Its schema can be read. Its pages were not checked: ${count(size)} bytes is more than ${count(CHECKED_BYTES)}, which is checked at most.`,
      fix: 'Check a copy of the file together with its -wal.',
      statement: 'PRAGMA quick_check;',
    };
  }
  const found = connection.prepare<[], string>('PRAGMA quick_check(3)').pluck().all();
  if (found.length === 1 && found[0] === 'ok') return ok('PRAGMA quick_check says ok.');
  return {
    state: 'failed',
    finding: `PRAGMA quick_check found: ${found.join('; ')}`,
    fix: 'Stop what writes to the file, keep a copy of it together with its -wal, and restore it from a backup.',
  };
}

/** Whether this program's SQLite has the fix of the bug that can damage a WAL file which two processes write. */
export function lookAtVersion(connection: Connection): Answer {
  const version = connection.prepare<[], string>('SELECT sqlite_version()').pluck().get() ?? '';
  if (hasWalResetFix(version)) {
    return ok(`SQLite ${version}, which has the fix of the WAL-reset bug (sqlite.org/wal.html).`);
  }
  return {
    state: 'warning',
    finding: `SQLite ${version} has the WAL-reset bug (sqlite.org/wal.html): two processes that write and checkpoint at the same moment can damage the file.`,
    fix: 'Use an Unwind with SQLite 3.51.3 or later, and stop every other process that has the file open.',
  };
}

/** How changes reach the file. */
export function lookAtJournal(connection: Connection): Answer {
  const mode = String(connection.pragma('journal_mode', { simple: true }));
  return ok(
    mode === 'wal'
      ? 'WAL: reading and writing go on beside each other.'
      : `${mode}: while a plan reads, nobody can write, and the other way round.`,
  );
}

/** Proves with a write that a reading session cannot write, even if one of its two locks were off. */
export function lookAtReadOnly(connection: Connection): Answer {
  const isQueryOnly = connection.pragma('query_only', { simple: true }) === 1;
  const byHandle = withoutQueryOnly(connection, () => refusal(connection));
  const open = [
    ...(isQueryOnly ? [] : ['query_only']),
    ...(byHandle === undefined ? ['the read-only file handle'] : []),
  ];
  if (open.length === 0) {
    return ok(
      `query_only is on, and without it a write was still refused by the read-only file handle (${String(byHandle)}).`,
    );
  }
  return {
    state: 'failed',
    finding: `A reading session is not kept from writing by ${open.join(' and ')}. What was tried was rolled back.`,
    fix: 'Do not use this installation, and report it: a plan could change the database.',
  };
}

/** Tries a write that changes no row even where it is let through. The code it was refused with; `undefined`: it was not. */
function refusal(connection: Connection): string | undefined {
  try {
    connection.exec('BEGIN; CREATE TABLE unwind_preflight (id); ROLLBACK');
    return undefined;
  } catch (error) {
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_READONLY'))
      return error.code;
    throw error;
  } finally {
    if (connection.inTransaction) connection.exec('ROLLBACK');
  }
}

function withoutQueryOnly<T>(connection: Connection, work: () => T): T {
  connection.pragma('query_only = OFF');
  try {
    return work();
  } finally {
    connection.pragma('query_only = ON');
  }
}

/** Which tables track the migration, and why they were taken for that. */
export function lookAtTables({ mapping }: DatabaseDescription): Answer {
  return ok(mapping.evidence.join(' '));
}

/** Triggers that fire when a rollback changes rows. */
export function lookAtTriggers({ triggers }: DatabaseDescription): Answer {
  if (triggers.length === 0) return ok('None on UPDATE of the tables of the migration.');
  return {
    state: 'warning',
    finding: `${triggers.join(', ')}: what they write is in no plan, no snapshot and no undo.`,
    fix: 'Look at what they do, and accept them with --accept-triggers and the reason.',
  };
}

/** Tables of Cloudflare's that lie in the same file: never read as rows, never written. */
export function lookAtReserved(connection: Connection): Answer {
  const names = connection
    .prepare<[], string>(
      `SELECT name FROM sqlite_schema WHERE type = 'table'
       AND (name LIKE '\\_cf\\_%' ESCAPE '\\' OR name = 'd1_migrations') ORDER BY name`,
    )
    .pluck()
    .all();
  return ok(
    names.length === 0
      ? 'There are none in this file.'
      : `${names.join(', ')}: left alone, and not part of any plan.`,
  );
}

/** Whether the file would still fit where D1 databases live. */
export function lookAtLimits(connection: Connection, mapping: MigrationMapping): Answer {
  const { batches, records, files } = mapping;
  const sizeBytes =
    Number(connection.pragma('page_count', { simple: true })) *
    Number(connection.pragma('page_size', { simple: true }));
  const widest = Math.max(
    ...[batches.name, records.name, files.name].map((table) => columnCount(connection, table)),
  );
  const finding = `${count(sizeBytes)} of ${count(D1_MAX_BYTES)} bytes; the widest table has ${String(widest)} of ${String(D1_MAX_COLUMNS)} columns.`;
  if (sizeBytes <= D1_MAX_BYTES && widest <= D1_MAX_COLUMNS) return ok(finding);
  return {
    state: 'warning',
    finding,
    fix: 'A rollback works all the same; a database of this size cannot be put into D1.',
  };
}

function columnCount(connection: Connection, table: string): number {
  return (
    connection
      .prepare<[string], number>('SELECT count(*) FROM pragma_table_xinfo(?)')
      .pluck()
      .get(table) ?? 0
  );
}

function ok(finding: string): Answer {
  return { state: 'ok', finding, fix: null };
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
