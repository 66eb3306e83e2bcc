import { invariant } from '../../../shared/domain/operator-error.ts';
import type { RowValues } from '../../../shared/domain/plan.ts';
import { writtenOut } from '../../../shared/sql-text.ts';
import type { RowChange } from '../../core/ports/migration-database.ts';
import type { MigrationMapping } from '../../core/schema/migration-mapping.ts';
import { type ChangedColumns, changedInFiles, changedInRecords } from './row-columns.ts';
import { columnSql, quotedName } from './sql-names.ts';

type Text = string | null;

/** The statements of a compare-and-set of a record and its file row, and the values they bind. */
export interface RowChangeSql {
  readonly inRecord: ChangedColumns<Pick<RowValues, 'status' | 'completedAt'>, Text>;
  readonly inFile: ChangedColumns<NonNullable<RowValues['file']>, Text>;
  /** Binds the record's after-values, its id, its before-values. */
  readonly updateRecord: string;
  /** Binds the file row's after-values, its id, its before-values. */
  readonly updateFile: string;
  /** Whether the file row holds its before-values; binds its id and them. */
  readonly isFileBefore: string;
}

/** Writes the statements once for all changes. */
export function createRowChangeSql(mapping: MigrationMapping): RowChangeSql {
  const { records, files } = mapping;
  const inRecord = changedInRecords(mapping);
  const inFile = changedInFiles(mapping);
  const isBefore = `${columnSql(files, 'id')} = ? COLLATE BINARY ${inFile.isBefore}`;
  return {
    inRecord,
    inFile,
    updateRecord: `UPDATE ${quotedName(records.name)} SET ${inRecord.set}
      WHERE ${columnSql(records, 'id')} = ? COLLATE BINARY ${inRecord.isBefore}`,
    updateFile: `UPDATE ${quotedName(files.name)} SET ${inFile.set} WHERE ${isBefore}`,
    isFileBefore: `EXISTS (SELECT 1 FROM ${quotedName(files.name)} WHERE ${isBefore})`,
  };
}

/** The statements of one change with their values written in. */
export function previewRowChange(mapping: MigrationMapping, change: RowChange): readonly string[] {
  const { inRecord, inFile, updateRecord, updateFile } = createRowChangeSql(mapping);
  const { recordId, fileId, before, after } = change;
  const ofRecord = [...inRecord.cellsOf(after), recordId, ...inRecord.cellsOf(before)];
  const record = writtenOut(updateRecord, ofRecord);
  if (before.file === null) return [record];
  invariant(fileId !== null && after.file !== null, `Half a change arrived for ${recordId}.`);
  const ofFile = [...inFile.cellsOf(after.file), fileId, ...inFile.cellsOf(before.file)];
  return [record, writtenOut(updateFile, ofFile)];
}
