import type { RowValues } from '../../../shared/domain/plan.ts';
import type { MigrationRecord, RecordSelector } from '../../core/ports/migration-database.ts';
import type { FileRole, RecordRole } from '../../core/schema/migration-mapping.ts';
import type { Cell, CellReader } from './cell-text.ts';
import { hasMarks } from './row-columns.ts';
import { type Column, columnOf, type D1Schema, roleColumns } from './schema.ts';
import { createScopeFilter } from './scope-filter.ts';
import { columnSql, quotedName } from './sql-names.ts';

const recordRoles = [
  'id',
  'batchId',
  'fileId',
  'sourcePath',
  'targetKey',
  'originalChecksum',
  'migratedChecksum',
  'fileSize',
  'errorMessage',
  'status',
  'completedAt',
] as const satisfies readonly RecordRole[];

const fileRoles = [
  'id',
  'filename',
  'userId',
  'r2Key',
  'checksum',
  'updatedAt',
] as const satisfies readonly FileRole[];

/** Read only where the file table has them: most migrations leave no marks, and a column costs time in every row. */
export const markRoles = [
  'migratedAt',
  'migrationStatus',
  'migrationBatchId',
] as const satisfies readonly FileRole[];

const firstFileCell = recordRoles.length;
const firstMarkCell = firstFileCell + fileRoles.length + 1;

/** A query and the values it binds. */
export interface Query {
  readonly sql: string;
  readonly values: readonly (string | number)[];
}

/** The queries about records, as one schema spells them. */
export interface RecordQueries {
  /** The records that `selector` matches, in the order in which SQLite comes upon them: that of the table, or of an index that serves the scope. */
  readonly stored: (selector: RecordSelector) => Query;
  /** The same in ascending byte order of their id. */
  readonly records: (selector: RecordSelector) => Query;
  /** Counts the records that `selector` matches, without the join where the scope does not need it. */
  readonly count: (selector: RecordSelector) => Query;
  /** Status, count, bytes and records without a size, for each status of the records that `selector` matches. */
  readonly extent: (selector: RecordSelector) => Query;
  /** The distinct object keys of the records that `selector` matches, in ascending byte order. */
  readonly keys: (selector: RecordSelector) => Query;
}

/** Writes the SQL that all queries of a session share once. */
export function createRecordQueries(schema: D1Schema): RecordQueries {
  const { records, files } = schema.mapping;
  const m = (role: RecordRole): string => columnSql(records, role, 'm');
  const f = (role: FileRole): string => columnSql(files, role, 'f');
  const recordTable = `${quotedName(records.name)} AS m`;
  const source = `${recordTable} LEFT JOIN ${quotedName(files.name)} AS f
    ON ${f('id')} = ${m('fileId')} COLLATE BINARY`;
  const selected = [
    ...recordRoles.map(m),
    ...fileRoles.map(f),
    // A migration that keeps the path with the file has none in its records.
    records.columns.sourcePath === null ? f('sourcePath') : 'NULL',
    ...(hasMarks(schema.mapping) ? markRoles.map(f) : []),
  ].join(', ');
  const filterOf = createScopeFilter(schema.mapping);
  const byId = orderById(schema, m('id'));

  function stored(selector: RecordSelector): Query {
    const { where, values } = filterOf(selector);
    return { sql: `SELECT ${selected} FROM ${source} ${where}`, values };
  }

  return {
    stored,
    records: (selector) => {
      const { sql, values } = stored(selector);
      return { sql: `${sql} ORDER BY ${byId}`, values };
    },
    count: (selector) => {
      const { where, values, needsFile } = filterOf(selector);
      return {
        sql: `SELECT count(*) FROM ${needsFile ? source : recordTable} ${where}`,
        values,
      };
    },
    extent: (selector) => {
      const { where, values, needsFile } = filterOf(selector);
      const size = m('fileSize');
      const isSize = `${size} <> '' AND ${size} NOT GLOB '*[^0-9]*' AND length(${size}) <= 15`;
      return {
        sql: `SELECT ${m('status')} COLLATE BINARY AS status, count(*) AS records,
                coalesce(sum(CAST(${size} AS INTEGER)) FILTER (WHERE ${isSize}), 0) AS bytes,
                count(*) FILTER (WHERE (${isSize}) IS NOT TRUE) AS recordsWithoutSize
              FROM ${needsFile ? source : recordTable} ${where} GROUP BY 1 ORDER BY 1`,
        values,
      };
    },
    keys: (selector) => {
      const { where, values } = filterOf(selector);
      return {
        sql: `SELECT DISTINCT key COLLATE BINARY FROM (
                SELECT coalesce(nullif(${m('targetKey')}, ''), ${f('r2Key')}) AS key
                FROM ${source} ${where}
              ) WHERE key <> '' ORDER BY key COLLATE BINARY`,
        values,
      };
    },
  };
}

/** Numbers sort by value in SQLite; the port promises the order of their text. */
function orderById(schema: D1Schema, id: string): string {
  const column = columnOf(schema, 'file_migrations', schema.mapping.records.columns.id ?? '');
  return `${column.affinity === 'numeric' ? `CAST(${id} AS TEXT)` : id} COLLATE BINARY`;
}

/** Turns one row of the query for records into a record. */
export function createRecordMapper(
  schema: D1Schema,
  cells: CellReader,
): (row: readonly Cell[]) => MigrationRecord {
  const { mapping } = schema;
  const m = roleColumns(schema, 'file_migrations', mapping.records);
  const f = roleColumns(schema, 'files', mapping.files);
  const pathIsWithFile = mapping.records.columns.sourcePath === null;
  const marksAt = hasMarks(mapping) ? firstMarkCell : null;
  return (row) => {
    const recordId = cells.keyOf(row[0], m.id);
    const fileKey = cells.textOf(row[11], f.id, recordId);
    return {
      recordId,
      batchId: cells.requiredTextOf(row[1], m.batchId, recordId),
      fileId: cells.textOf(row[2], m.fileId, recordId),
      sourcePath: pathIsWithFile
        ? cells.textOf(row[17], f.sourcePath, fileKey ?? recordId)
        : cells.textOf(row[3], m.sourcePath, recordId),
      targetKey: cells.textOf(row[4], m.targetKey, recordId),
      originalChecksum: cells.textOf(row[5], m.originalChecksum, recordId),
      migratedChecksum: cells.textOf(row[6], m.migratedChecksum, recordId),
      fileSizeBytes: cells.integerOf(row[7], m.fileSize, recordId),
      errorMessage: cells.textOf(row[8], m.errorMessage, recordId),
      status: cells.textOf(row[9], m.status, recordId),
      completedAt: cells.textOf(row[10], m.completedAt, recordId),
      file:
        fileKey === null
          ? null
          : {
              filename: cells.textOf(row[12], f.filename, fileKey),
              userId: cells.textOf(row[13], f.userId, fileKey),
              r2Key: cells.textOf(row[14], f.r2Key, fileKey),
              checksum: cells.textOf(row[15], f.checksum, fileKey),
              updatedAt: cells.textOf(row[16], f.updatedAt, fileKey),
              marks: marksAt === null ? null : readMarks(cells, f, { row, at: marksAt, fileKey }),
            },
    };
  };
}

/** The marks of a file row, from a row that has them in the order of `markRoles`. */
export function readMarks(
  cells: CellReader,
  f: Readonly<Record<FileRole, Column>>,
  {
    row,
    at,
    fileKey,
  }: { readonly row: readonly Cell[]; readonly at: number; readonly fileKey: string },
): NonNullable<NonNullable<RowValues['file']>['marks']> {
  return {
    migratedAt: cells.textOf(row[at], f.migratedAt, fileKey),
    migrationStatus: cells.textOf(row[at + 1], f.migrationStatus, fileKey),
    migrationBatchId: cells.textOf(row[at + 2], f.migrationBatchId, fileKey),
  };
}
