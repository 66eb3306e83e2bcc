import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { commitUnknown, fromFileSystem, fromSqlite } from '../../../src/main/adapters/d1/errors.ts';
import { OperatorError } from '../../../src/shared/domain/operator-error.ts';
import { aD1File } from '../../support/d1/d1-file.ts';

const attempt = { doing: 'Changing rows of', path: '/data/d1.sqlite' };

describe('error of SQLite', () => {
  test.for([
    ['SQLITE_BUSY', 'DATABASE_BUSY'],
    ['SQLITE_BUSY_SNAPSHOT', 'DATABASE_BUSY'],
    ['SQLITE_LOCKED', 'DATABASE_BUSY'],
    ['SQLITE_NOTADB', 'DATABASE_INVALID'],
    ['SQLITE_CORRUPT_VTAB', 'DATABASE_INVALID'],
    ['SQLITE_CANTOPEN', 'DATABASE_FAILED'],
    ['SQLITE_PERM', 'DATABASE_FAILED'],
    ['SQLITE_READONLY_DIRECTORY', 'DATABASE_READ_ONLY'],
    ['SQLITE_FULL', 'DISK_FULL'],
    ['SQLITE_IOERR_WRITE', 'DATABASE_FAILED'],
    ['SQLITE_CONSTRAINT_TRIGGER', 'DATABASE_FAILED'],
  ] as const)('%s is %s, with the attempt, the path and the cause', ([sqliteCode, code]) => {
    const cause = new Database.SqliteError('what SQLite said', sqliteCode);

    const error = fromSqlite(cause, attempt);

    expect(error).toMatchObject({ code, cause, details: { path: attempt.path, sqliteCode } });
    expect(error.message).toContain('Changing rows of /data/d1.sqlite');
  });

  test('is told by its code: a full database is a full disk', () => {
    const { connection } = aD1File();
    connection.pragma('max_page_count = 1');
    const fill = (): unknown => connection.exec('CREATE TABLE t AS SELECT zeroblob(9999) AS x');

    const error = fromSqlite(thrownBy(fill), attempt);

    expect(error).toMatchObject({ code: 'DISK_FULL', exitCode: 5 });
  });

  test('in a COMMIT that SQLite has ended leaves the outcome unknown', () => {
    const cause = new Database.SqliteError('disk I/O error', 'SQLITE_IOERR_FSYNC');

    expect(commitUnknown(cause, attempt)).toMatchObject({
      code: 'COMMIT_OUTCOME_UNKNOWN',
      kind: 'outcome-unknown',
      cause,
    });
  });

  test('that is ours already stays as it is, and one that is a bug says so', () => {
    const ours = new OperatorError('SCOPE_EMPTY', { message: 'm', hint: 'h' });

    expect(fromSqlite(ours, attempt)).toBe(ours);
    expect(fromSqlite(new TypeError('x'), attempt)).toMatchObject({ code: 'INTERNAL' });
  });
});

describe('error of the file system', () => {
  test.for([
    ['ENOENT', 'DATABASE_NOT_FOUND'],
    ['ENOTDIR', 'DATABASE_NOT_FOUND'],
    ['EACCES', 'DATABASE_FAILED'],
    ['EROFS', 'DATABASE_READ_ONLY'],
    ['ENOSPC', 'DISK_FULL'],
  ] as const)('%s is %s', ([errno, code]) => {
    const cause = Object.assign(new Error('refused'), { code: errno });

    expect(fromFileSystem(cause, attempt)).toMatchObject({ code, cause, details: { errno } });
  });
});

function thrownBy(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}
