import { OperatorError } from '../../../shared/domain/operator-error.ts';
import { type CrashAt, NO_CRASH } from '../../core/ports/crash-points.ts';
import type { MigrationWriter, StampedColumn } from '../../core/ports/migration-database.ts';
import type { CustomMapping } from '../../core/schema/custom-mapping.ts';
import { formatMoment, type TimeStyle } from '../../core/schema/time-style.ts';
import { createBatchChanger } from './batch-changes.ts';
import { type Connection, closingOnError, type D1File, openWritable } from './connection.ts';
import { dropColumn } from './drop-column.ts';
import { commitUnknown, fromSqlite, settle, translating } from './errors.ts';
import { createRowChanger } from './row-changes.ts';
import { readSchema } from './schema.ts';
import { findTimeStyle } from './time-style.ts';

/**
 * Opens the writing session of a D1 file. Touches the three tables only, in short transactions, each fsynced when its
 * promise resolves.
 *
 * Triggers stay on, as they would for anyone else. Where any fires on UPDATE, rows are read back before the COMMIT: if
 * they do not hold what was to be written, the transaction is rolled back and DATABASE_FAILED names the triggers.
 */
export function openD1Writer(
  file: D1File,
  custom: CustomMapping | null,
  crashAt: CrashAt = NO_CRASH,
): MigrationWriter {
  const { path } = file;
  const connection = openWritable(file);
  const schema = closingOnError(connection, () =>
    translating({ doing: 'Reading the schema of', path }, () =>
      readSchema(connection, path, custom),
    ),
  );
  // Made when rows are changed: where a run drops columns there may be none left to set.
  let changeRows: ReturnType<typeof createRowChanger> | undefined;
  const changeBatches = createBatchChanger(connection, schema);
  const timeStyles = new Map<StampedColumn, TimeStyle>();

  function inTransaction<T>(work: () => T): T {
    return commitOrNothing(connection, path, () => {
      const result = work();
      crashAt('commit.before-send');
      return result;
    });
  }

  return {
    formatTime: (epochMs, column) =>
      settle({ doing: 'Reading how times are written in', path }, () => {
        // Found once: what this writer stamps must not decide how it stamps the rest.
        const style = timeStyles.get(column) ?? findTimeStyle(connection, schema.mapping, column);
        timeStyles.set(column, style);
        return formatMoment(epochMs, style);
      }),

    applyRowChanges: (changes) =>
      settle({ doing: 'Changing rows of', path }, () =>
        inTransaction(() => {
          changeRows ??= createRowChanger(connection, schema);
          return changeRows(changes);
        }),
      ),

    applyBatchChanges: (changes) =>
      settle({ doing: 'Changing batch rows of', path }, () =>
        inTransaction(() => changeBatches(changes)),
      ),

    dropColumn: (name) =>
      settle({ doing: `Dropping column ${name} of`, path }, () =>
        inTransaction(() => dropColumn(connection, schema, name)),
      ),

    close: () => settle({ doing: 'Closing', path }, () => void connection.close()),
  };
}

/** All of `work` or nothing of it. Takes the write lock first: it cannot fail for a lock after it has begun to write. */
function commitOrNothing<T>(connection: Connection, path: string, work: () => T): T {
  connection.exec('BEGIN IMMEDIATE');
  let result: T;
  try {
    result = work();
  } catch (error) {
    throw rolledBack(connection, error);
  }
  try {
    connection.exec('COMMIT');
  } catch (error) {
    // Still inside: SQLite kept the transaction, so it can be taken back and nothing was written.
    if (connection.inTransaction) throw rolledBack(connection, error);
    throw commitUnknown(error, { doing: 'Committing changes to', path });
  }
  return result;
}

/** Rolls back unless SQLite has done so already (it does after a full disk or an I/O error). Returns what to throw. */
function rolledBack(connection: Connection, error: unknown): unknown {
  if (!connection.inTransaction) return error;
  try {
    connection.exec('ROLLBACK');
    return error;
  } catch (second) {
    const first = fromSqlite(error, { doing: 'Changing', path: connection.name });
    return new OperatorError(first.code, {
      message: first.message,
      hint: first.hint,
      details: first.details,
      cause: new AggregateError([error, second], 'The change failed, and so did its ROLLBACK.'),
    });
  }
}
