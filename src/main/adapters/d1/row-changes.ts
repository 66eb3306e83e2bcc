import { invariant, OperatorError } from '../../../shared/domain/operator-error.ts';
import type { RowValues } from '../../../shared/domain/plan.ts';
import type {
  RowAddress,
  RowChange,
  RowChangeResult,
} from '../../core/ports/migration-database.ts';
import { createCellReader } from './cell-text.ts';
import type { Connection } from './connection.ts';
import { createRowReader } from './record-query.ts';
import type { D1Schema } from './schema.ts';

type Text = string | null;

// Exactly: byte by byte whatever the column's collation, NULL equal to NULL, and the column's affinity turns numeric
// text back into the number it was read from.
const isFileBefore = `id = ? COLLATE BINARY AND r2_key IS ? COLLATE BINARY
  AND checksum IS ? COLLATE BINARY AND updated_at IS ? COLLATE BINARY`;
const setRecord = `UPDATE file_migrations SET status = ?, completed_at = ?
  WHERE id = ? COLLATE BINARY AND status IS ? COLLATE BINARY AND completed_at IS ? COLLATE BINARY`;
const setFile = `UPDATE files SET r2_key = ?, checksum = ?, updated_at = ? WHERE ${isFileBefore}`;

/**
 * Applies compare-and-sets of a record and its file row, inside a transaction that the caller has begun.
 *
 * The record is updated only where the file row holds its before-values as well, so a conflict writes nothing of its
 * change. What is thrown must roll the whole transaction back.
 */
export function createRowChanger(
  connection: Connection,
  schema: D1Schema,
): (changes: readonly RowChange[]) => readonly RowChangeResult[] {
  const updateRecord = connection.prepare<Text[]>(setRecord);
  const updateRecordWithFile = connection.prepare<Text[]>(
    `${setRecord} AND EXISTS (SELECT 1 FROM files WHERE ${isFileBefore})`,
  );
  const updateFile = connection.prepare<Text[]>(setFile);
  const readRow = createRowReader(connection, schema, createCellReader(connection));

  function apply(change: RowChange): boolean {
    const { recordId, fileId, before, after } = change;
    const record = [after.status, after.completedAt, recordId, before.status, before.completedAt];
    if (before.file === null) return updateRecord.run(...record).changes === 1;

    invariant(fileId !== null && after.file !== null, `Half a change arrived for ${recordId}.`);
    const fileBefore = [fileId, before.file.r2Key, before.file.checksum, before.file.updatedAt];
    if (updateRecordWithFile.run(...record, ...fileBefore).changes !== 1) return false;
    const fileAfter = [after.file.r2Key, after.file.checksum, after.file.updatedAt];
    if (updateFile.run(...fileAfter, ...fileBefore).changes === 1) return true;
    // The file row held its before-values a moment ago, inside this transaction: only a trigger can have come between.
    throw triggerInterfered(schema, change, readRow(addressOf(change)));
  }

  return (changes) => {
    const results = changes.map((change): RowChangeResult => {
      if (apply(change)) return { recordId: change.recordId, result: 'applied', found: null };
      const found = readRow(addressOf(change)) ?? null;
      return { recordId: change.recordId, result: 'conflict', found };
    });
    if (schema.updateTriggers.length > 0) {
      const applied = changes.filter((_, at) => results[at]?.result === 'applied');
      for (const change of applied) requireHolds(change, readRow(addressOf(change)));
    }
    return results;
  };

  /** `applied` promises that the rows hold the after-values: a trigger may have seen to it that they do not. */
  function requireHolds(change: RowChange, found: RowValues | undefined): void {
    if (found !== undefined && sameValues(change.after, found)) return;
    throw triggerInterfered(schema, change, found);
  }
}

/** The file row counts only where the change is about it. */
function addressOf({ recordId, fileId, before }: RowChange): RowAddress {
  return { recordId, fileId: before.file === null ? null : fileId };
}

function sameValues(a: RowValues, b: RowValues): boolean {
  return (
    a.status === b.status &&
    a.completedAt === b.completedAt &&
    a.file?.r2Key === b.file?.r2Key &&
    a.file?.checksum === b.file?.checksum &&
    a.file?.updatedAt === b.file?.updatedAt
  );
}

function triggerInterfered(
  schema: D1Schema,
  change: RowChange,
  found: RowValues | undefined,
): OperatorError {
  const triggers = schema.updateTriggers.join(', ');
  return new OperatorError('DATABASE_FAILED', {
    message: `A trigger (one of: ${triggers}) changed the rows of record ${change.recordId} further than planned; nothing of this chunk was written.`,
    hint: 'Drop the trigger for the time of the run and create it again afterwards; then "unwind resume".',
    details: {
      recordId: change.recordId,
      triggers: schema.updateTriggers,
      expected: change.after,
      found: found ?? null,
    },
  });
}
