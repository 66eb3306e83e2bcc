import { invariant } from '../../../shared/domain/operator-error.ts';
import type { BatchValues } from '../../../shared/domain/plan.ts';
import type { FullRow, MigrationRecord } from '../ports/migration-database.ts';
import { cellsOf, type FullRowCells } from './full-row-cells.ts';
import type {
  BatchRole,
  FileRole,
  MigrationMapping,
  RecordRole,
  TableMapping,
} from './migration-mapping.ts';

/** The text in which the other methods of a reader give a cell of a whole row. */
export type CellText = (
  cell: string | number,
  column: { readonly table: 'batches' | 'records' | 'files'; readonly role: string },
) => string;

/** What a whole row is made into. */
export interface FullRowReading {
  toRecord(record: FullRow, file: FullRow | null): MigrationRecord;
  toBatchValues(batch: FullRow): BatchValues;
}

/** Makes the reading of whole rows of one schema; `textOf` says how its database writes a cell that is not NULL. Pure. */
export function createFullRowReading(mapping: MigrationMapping, textOf: CellText): FullRowReading {
  const hasMarks = [
    mapping.files.columns.migratedAt,
    mapping.files.columns.migrationStatus,
    mapping.files.columns.migrationBatchId,
  ].some((column) => column !== null);

  function textReader<Role extends string>(
    cells: FullRowCells,
    table: 'batches' | 'records' | 'files',
    { columns }: TableMapping<Role>,
  ): (role: Role) => string | null {
    return (role) => {
      const cell = cells(columns[role]);
      return cell === null ? null : textOf(cell, { table, role });
    };
  }

  function toFile(row: FullRow): NonNullable<MigrationRecord['file']> {
    const text = textReader<FileRole>(cellsOf(row), 'files', mapping.files);
    return {
      filename: text('filename'),
      userId: text('userId'),
      r2Key: text('r2Key'),
      checksum: text('checksum'),
      updatedAt: text('updatedAt'),
      marks: hasMarks
        ? {
            migratedAt: text('migratedAt'),
            migrationStatus: text('migrationStatus'),
            migrationBatchId: text('migrationBatchId'),
          }
        : null,
    };
  }

  return {
    toRecord: (row, file) => {
      const text = textReader<RecordRole>(cellsOf(row), 'records', mapping.records);
      const recordId = text('id');
      const batchId = text('batchId');
      invariant(recordId !== null && batchId !== null, 'A kept record has no id or no batch.');
      const pathRow = mapping.records.columns.sourcePath === null ? file : null;
      return {
        recordId,
        batchId,
        fileId: text('fileId'),
        sourcePath:
          pathRow === null
            ? text('sourcePath')
            : textReader<FileRole>(cellsOf(pathRow), 'files', mapping.files)('sourcePath'),
        targetKey: text('targetKey'),
        originalChecksum: text('originalChecksum'),
        migratedChecksum: text('migratedChecksum'),
        fileSizeBytes: wholeNumber(text('fileSize')),
        errorMessage: text('errorMessage'),
        status: text('status'),
        completedAt: text('completedAt'),
        file: file === null ? null : toFile(file),
      };
    },
    toBatchValues: (row) => {
      const text = textReader<BatchRole>(cellsOf(row), 'batches', mapping.batches);
      return {
        completedFiles: wholeNumber(text('completedFiles')),
        failedFiles: wholeNumber(text('failedFiles')),
        verifiedFiles: wholeNumber(text('verifiedFiles')),
        status: text('status'),
        completedAt: text('completedAt'),
      };
    },
  };
}

function wholeNumber(text: string | null): number | null {
  if (text === null || text.trim() === '') return null;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : null;
}
