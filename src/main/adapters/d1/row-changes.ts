import { invariant, OperatorError } from '../../../shared/domain/operator-error.ts';
import type { RowValues } from '../../../shared/domain/plan.ts';
import type {
  RowAddress,
  RowChange,
  RowChangeResult,
} from '../../core/ports/migration-database.ts';
import { createCellReader } from './cell-text.ts';
import type { Connection } from './connection.ts';
import { createRowChangeSql } from './row-change-sql.ts';
import { createRowReader } from './row-reader.ts';
import type { D1Schema } from './schema.ts';

type Text = string | null;

/**
 * Applies compare-and-sets of a record and its file row, inside a transaction that the caller has begun.
 *
 * Comparisons are exact: byte by byte whatever the column's collation, NULL equal to NULL, and the column's affinity turns numeric
 * text back into the number it was read from. A conflict writes nothing of its change; so does a value for a column that this schema
 * has not. What is thrown must roll the whole transaction back.
 */
export function createRowChanger(
  connection: Connection,
  schema: D1Schema,
): (changes: readonly RowChange[]) => readonly RowChangeResult[] {
  const { inRecord, inFile, ...sql } = createRowChangeSql(schema.mapping);
  const updateRecord = connection.prepare<Text[]>(sql.updateRecord);
  const updateRecordWithFile = connection.prepare<Text[]>(
    `${sql.updateRecord} AND ${sql.isFileBefore}`,
  );
  const updateFile = connection.prepare<Text[]>(sql.updateFile);
  // A trigger must not see a record change that is taken back: with any, the file row is looked at before the record is written.
  const hasTriggers = schema.updateTriggers.length > 0;
  const rows = createRowReader(connection, schema, createCellReader(connection));

  function apply(change: RowChange): boolean {
    const { recordId, fileId, before, after } = change;
    if (!fits(before) || !fits(after)) return false;
    const record = [...inRecord.cellsOf(after), recordId, ...inRecord.cellsOf(before)];
    if (before.file === null) return updateRecord.run(...record).changes === 1;

    invariant(fileId !== null && after.file !== null, `Half a change arrived for ${recordId}.`);
    const fileBefore = [fileId, ...inFile.cellsOf(before.file)];
    if (!hasTriggers) {
      if (updateRecord.run(...record).changes !== 1) return false;
      if (updateFile.run(...inFile.cellsOf(after.file), ...fileBefore).changes === 1) return true;
      takeBack(change);
      return false;
    }
    if (updateRecordWithFile.run(...record, ...fileBefore).changes !== 1) return false;
    if (updateFile.run(...inFile.cellsOf(after.file), ...fileBefore).changes === 1) return true;
    // The file row held its before-values a moment ago, inside this transaction: only a trigger can have come between.
    throw triggerInterfered(schema, change, rows.one(addressOf(change)));
  }

  /** Gives a record its before-values again, in the transaction that took them: its file row turned out to hold something else. */
  function takeBack({ recordId, before, after }: RowChange): void {
    const back = [...inRecord.cellsOf(before), recordId, ...inRecord.cellsOf(after)];
    const { changes } = updateRecord.run(...back);
    invariant(changes === 1, `The record ${recordId} could not be given back its values.`);
  }

  function fits(values: RowValues): boolean {
    return inRecord.fits(values) && (values.file === null || inFile.fits(values.file));
  }

  function holds(after: RowValues, found: RowValues): boolean {
    if (!inRecord.same(after, found)) return false;
    if (after.file === null || found.file === null) return after.file === found.file;
    return inFile.same(after.file, found.file);
  }

  return (changes) => {
    const results = changes.map((change): RowChangeResult => {
      if (apply(change)) return { recordId: change.recordId, result: 'applied', found: null };
      const found = rows.one(addressOf(change)) ?? null;
      return { recordId: change.recordId, result: 'conflict', found };
    });
    if (hasTriggers) {
      const applied = changes.filter((_, at) => results[at]?.result === 'applied');
      const found = rows.many(applied.map(addressOf));
      for (const change of applied) requireHolds(change, found.get(change.recordId));
    }
    return results;
  };

  /** `applied` promises that the rows hold the after-values: a trigger may have seen to it that they do not. */
  function requireHolds(change: RowChange, found: RowValues | undefined): void {
    if (found !== undefined && holds(change.after, found)) return;
    throw triggerInterfered(schema, change, found);
  }
}

/** The file row counts only where the change is about it. */
function addressOf({ recordId, fileId, before }: RowChange): RowAddress {
  return { recordId, fileId: before.file === null ? null : fileId };
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
