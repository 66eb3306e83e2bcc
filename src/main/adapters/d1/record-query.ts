import type { RowValues } from '../../../shared/domain/plan.ts';
import type {
  MigrationRecord,
  RecordSelector,
  RowAddress,
} from '../../core/ports/migration-database.ts';
import type { Cell, CellReader } from './cell-text.ts';
import type { Connection } from './connection.ts';
import { type Column, columnOf, type D1Schema } from './schema.ts';
import { scopeFilter } from './scope-filter.ts';

const recordColumns = [
  'id',
  'batch_id',
  'file_id',
  'source_path',
  'target_r2_key',
  'original_checksum',
  'migrated_checksum',
  'file_size',
  'error_message',
  'status',
  'completed_at',
] as const;

const fileColumns = ['id', 'filename', 'user_id', 'r2_key', 'checksum', 'updated_at'] as const;

const recordSource = 'file_migrations AS m LEFT JOIN files AS f ON f.id = m.file_id COLLATE BINARY';

const selectRecords = `SELECT ${[
  ...recordColumns.map((name) => `m.${name}`),
  ...fileColumns.map((name) => `f.${name}`),
].join(', ')} FROM ${recordSource}`;

/** A query and the values it binds. */
export interface Query {
  readonly sql: string;
  readonly values: readonly (string | number)[];
}

/** The records that `selector` matches, in ascending byte order of their id. */
export function recordQuery(schema: D1Schema, selector: RecordSelector): Query {
  const { where, values } = scopeFilter(selector);
  return { sql: `${selectRecords} ${where} ORDER BY ${byId(schema)}`, values };
}

/** Counts the records that `selector` matches, without the join where the scope does not need it. */
export function countQuery(selector: RecordSelector): Query {
  const { where, values, needsFile } = scopeFilter(selector);
  const source = needsFile ? recordSource : 'file_migrations AS m';
  return { sql: `SELECT count(*) FROM ${source} ${where}`, values };
}

/** The distinct object keys of the records that `selector` matches, in ascending byte order. */
export function keyQuery(selector: RecordSelector): Query {
  const { where, values } = scopeFilter(selector);
  return {
    sql: `SELECT DISTINCT key COLLATE BINARY FROM (
            SELECT coalesce(nullif(m.target_r2_key, ''), f.r2_key) AS key FROM ${recordSource} ${where}
          ) WHERE key <> '' ORDER BY key COLLATE BINARY`,
    values,
  };
}

/** Numbers sort by value in SQLite; the port promises the order of their text. */
function byId(schema: D1Schema): string {
  const isNumeric = columnOf(schema, 'file_migrations', 'id').affinity === 'numeric';
  return `${isNumeric ? 'CAST(m.id AS TEXT)' : 'm.id'} COLLATE BINARY`;
}

/** Turns one row of `recordQuery` into a record. */
export function createRecordMapper(
  schema: D1Schema,
  cells: CellReader,
): (row: readonly Cell[]) => MigrationRecord {
  const m = columnsNamed(schema, 'file_migrations', recordColumns);
  const f = columnsNamed(schema, 'files', fileColumns);
  return (row) => {
    const recordId = cells.keyOf(row[0], m.id);
    const fileKey = cells.textOf(row[11], f.id, recordId);
    return {
      recordId,
      batchId: cells.requiredTextOf(row[1], m.batch_id, recordId),
      fileId: cells.textOf(row[2], m.file_id, recordId),
      sourcePath: cells.textOf(row[3], m.source_path, recordId),
      targetKey: cells.textOf(row[4], m.target_r2_key, recordId),
      originalChecksum: cells.textOf(row[5], m.original_checksum, recordId),
      migratedChecksum: cells.textOf(row[6], m.migrated_checksum, recordId),
      fileSizeBytes: cells.integerOf(row[7], m.file_size, recordId),
      errorMessage: cells.textOf(row[8], m.error_message, recordId),
      status: cells.textOf(row[9], m.status, recordId),
      completedAt: cells.textOf(row[10], m.completed_at, recordId),
      file:
        fileKey === null
          ? null
          : {
              filename: cells.textOf(row[12], f.filename, fileKey),
              userId: cells.textOf(row[13], f.user_id, fileKey),
              r2Key: cells.textOf(row[14], f.r2_key, fileKey),
              checksum: cells.textOf(row[15], f.checksum, fileKey),
              updatedAt: cells.textOf(row[16], f.updated_at, fileKey),
              marks: null,
            },
    };
  };
}

/** Reads the present values of one record and of the file row that `fileId` names; `undefined` when the record is gone. */
export function createRowReader(
  connection: Connection,
  schema: D1Schema,
  cells: CellReader,
): (address: RowAddress) => RowValues | undefined {
  const m = columnsNamed(schema, 'file_migrations', recordColumns);
  const f = columnsNamed(schema, 'files', fileColumns);
  const select = connection
    .prepare<[string | null, string], Cell[]>(
      `SELECT m.status, m.completed_at, f.id, f.r2_key, f.checksum, f.updated_at
       FROM file_migrations AS m LEFT JOIN files AS f ON f.id = ? COLLATE BINARY
       WHERE m.id = ? COLLATE BINARY`,
    )
    .raw()
    .safeIntegers();
  return ({ recordId, fileId }) => {
    const row = select.get(fileId, recordId);
    if (row === undefined) return undefined;
    const hasFile = fileId !== null && row[2] !== null;
    return {
      status: cells.textOf(row[0], m.status, recordId),
      completedAt: cells.textOf(row[1], m.completed_at, recordId),
      file: hasFile
        ? {
            r2Key: cells.textOf(row[3], f.r2_key, fileId),
            checksum: cells.textOf(row[4], f.checksum, fileId),
            updatedAt: cells.textOf(row[5], f.updated_at, fileId),
            marks: null,
          }
        : null,
    };
  };
}

function columnsNamed<Name extends string>(
  schema: D1Schema,
  table: 'file_migrations' | 'files',
  names: readonly Name[],
): Readonly<Record<Name, Column>> {
  return Object.fromEntries(names.map((name) => [name, columnOf(schema, table, name)])) as Record<
    Name,
    Column
  >;
}
