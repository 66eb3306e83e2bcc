import type { MigrationMarks, RowValues } from '../../../shared/domain/plan.ts';
import type {
  MigrationRecord,
  RecordSelector,
  RowAddress,
} from '../../core/ports/migration-database.ts';
import { requiredText, wholeNumber } from './cells.ts';
import { type Column, textOf } from './columns.ts';
import { isOneOf, joins, keyTexts, keyType } from './keys.ts';
import type { PostgresSchema } from './schema.ts';
import { scopeFilter } from './scope-filter.ts';
import type { Parameter, PostgresSession, TextRow } from './session.ts';

/** A query and the values it binds. */
export interface Query {
  readonly sql: string;
  readonly values: readonly Parameter[];
}

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
] as const;

const fileRoles = [
  'id',
  'filename',
  'userId',
  'r2Key',
  'checksum',
  'updatedAt',
  'migratedAt',
  'migrationStatus',
  'migrationBatchId',
] as const;

/**
 * The records that `selector` matches with their file rows, in the order of their storage. A join alone would give them in the order
 * of whichever table the server reads last.
 */
export function streamQuery(schema: PostgresSchema, selector: RecordSelector): Query {
  const { sql, values } = recordQuery(schema, selector);
  return { sql: `${sql} ORDER BY m.tableoid, m.ctid`, values };
}

function recordQuery(schema: PostgresSchema, selector: RecordSelector): Query {
  const { where, values } = scopeFilter(schema, selector);
  const columns = [
    ...recordRoles.map((role) => textOf('m', schema.records.roles[role])),
    ...fileRoles.map((role) => textOf('f', schema.files.roles[role])),
    // A migration that keeps the path with the file has none in its records.
    pathIsWithFile(schema) ? textOf('f', schema.files.roles.sourcePath) : 'NULL::text',
  ];
  return { sql: `SELECT ${columns.join(', ')} FROM ${recordSource(schema)} ${where}`, values };
}

/** As `recordQuery`, one page in ascending byte order of the id's text. */
export function pageQuery(
  schema: PostgresSchema,
  selector: RecordSelector,
  page: { readonly offset: number; readonly limit: number },
): Query {
  const { sql, values } = recordQuery(schema, selector);
  const order = `${textOf('m', schema.records.key)} COLLATE "C"`;
  const [limit, offset] = [values.length + 1, values.length + 2];
  return {
    sql: `${sql} ORDER BY ${order} LIMIT $${String(limit)}::bigint OFFSET $${String(offset)}::bigint`,
    values: [...values, page.limit, page.offset],
  };
}

/** Counts the records that `selector` matches, without the join where the scope does not need it. */
export function countQuery(schema: PostgresSchema, selector: RecordSelector): Query {
  const { where, values, needsFile } = scopeFilter(schema, selector);
  const source = needsFile ? recordSource(schema) : `${schema.records.sqlName} AS m`;
  return { sql: `SELECT count(*)::text FROM ${source} ${where}`, values };
}

/** Status, count, bytes and records without a size, for each status of the records that `selector` matches. */
export function extentQuery(schema: PostgresSchema, selector: RecordSelector): Query {
  const { where, values, needsFile } = scopeFilter(schema, selector);
  const { status, fileSize } = schema.records.roles;
  const size = textOf('m', fileSize);
  const isSize = `${size} ~ '^[0-9]{1,15}$'`;
  return {
    sql: `SELECT ${textOf('m', status)} COLLATE "C" AS status, count(*)::text,
            coalesce(sum(CASE WHEN ${isSize} THEN ${size}::numeric END), 0)::text,
            count(*) FILTER (WHERE (${isSize}) IS NOT TRUE)::text
          FROM ${needsFile ? recordSource(schema) : `${schema.records.sqlName} AS m`} ${where}
          GROUP BY 1 ORDER BY 1 NULLS FIRST`,
    values,
  };
}

/** The distinct object keys of the records that `selector` matches, in ascending byte order. */
export function keyQuery(schema: PostgresSchema, selector: RecordSelector): Query {
  const { where, values } = scopeFilter(schema, selector);
  const own = textOf('m', schema.records.roles.targetKey);
  return {
    sql: `SELECT DISTINCT key COLLATE "C" FROM (
            SELECT coalesce(nullif(${own}, ''), ${textOf('f', schema.files.roles.r2Key)}) AS key
            FROM ${recordSource(schema)} ${where}
          ) AS keys WHERE key <> '' ORDER BY key COLLATE "C"`,
    values,
  };
}

function recordSource({ records, files }: PostgresSchema): string {
  const { fileId } = records.roles;
  const on =
    fileId === null
      ? 'false'
      : joins({ alias: 'f', column: files.key }, { alias: 'm', column: fileId });
  return `${records.sqlName} AS m LEFT JOIN ${files.sqlName} AS f ON ${on}`;
}

/** Turns one row of `recordQuery` into a record. */
export function createRecordMapper(schema: PostgresSchema): (row: TextRow) => MigrationRecord {
  const m = schema.records.roles;
  const hasMarks = fileHasMarks(schema);
  const withFile = pathIsWithFile(schema);
  return (row) => {
    const recordId = requiredText(row[0], m.id, 'unknown');
    return {
      recordId,
      batchId: requiredText(row[1], m.batchId, recordId),
      fileId: row[2] ?? null,
      sourcePath: (withFile ? row[20] : row[3]) ?? null,
      targetKey: row[4] ?? null,
      originalChecksum: row[5] ?? null,
      migratedChecksum: row[6] ?? null,
      fileSizeBytes: wholeNumber(row[7], m.fileSize, recordId),
      errorMessage: row[8] ?? null,
      status: row[9] ?? null,
      completedAt: row[10] ?? null,
      file:
        (row[11] ?? null) === null
          ? null
          : {
              filename: row[12] ?? null,
              userId: row[13] ?? null,
              r2Key: row[14] ?? null,
              checksum: row[15] ?? null,
              updatedAt: row[16] ?? null,
              marks: hasMarks ? marksOf(row.slice(17, 20)) : null,
            },
    };
  };
}

function pathIsWithFile({ records }: PostgresSchema): boolean {
  return records.roles.sourcePath === null;
}

/** Whether the file table has any of the columns that some migrations add to it. */
function fileHasMarks({ files: { roles } }: PostgresSchema): boolean {
  return [roles.migratedAt, roles.migrationStatus, roles.migrationBatchId].some(
    (column) => column !== null,
  );
}

function marksOf(cells: TextRow): MigrationMarks {
  const [migratedAt = null, migrationStatus = null, migrationBatchId = null] = cells;
  return { migratedAt, migrationStatus, migrationBatchId };
}

/** What the two tables hold of some rows, by key. */
export interface PresentRows {
  readonly records: ReadonlyMap<string, Omit<RowValues, 'file'>>;
  readonly files: ReadonlyMap<string, NonNullable<RowValues['file']>>;
}

/** How rows are read: `lock` keeps them from others until the transaction ends, in the order of their keys, so that two writers never wait for each other. */
export type Reading = 'lock' | 'look';

/** What a SELECT of rows `t` ends with. */
export function locking(key: Column, reading: Reading): string {
  return reading === 'look'
    ? ''
    : ` ORDER BY ${textOf('t', key)} COLLATE "C" FOR NO KEY UPDATE OF t`;
}

/** The present values of the named rows; those that are gone are absent. */
export async function readPresentRows(
  session: PostgresSession,
  schema: PostgresSchema,
  rows: {
    readonly recordIds: readonly string[];
    readonly fileIds: readonly string[];
    readonly lock: Reading;
  },
): Promise<PresentRows> {
  const { records, files } = schema;
  const selectRecords = `SELECT ${textOf('t', records.key)}, ${textOf('t', records.roles.status)},
    ${textOf('t', records.roles.completedAt)} FROM ${records.sqlName} AS t
    WHERE ${isOneOf('t', records.key, `$1::${keyType(records.key)}[]`)}`;
  const fileValues = fileRoles.slice(3).map((role) => textOf('t', files.roles[role]));
  const selectFiles = `SELECT ${textOf('t', files.key)}, ${fileValues.join(', ')} FROM ${files.sqlName} AS t
    WHERE ${isOneOf('t', files.key, `$1::${keyType(files.key)}[]`)}`;
  const foundRecords = await session.query(`${selectRecords}${locking(records.key, rows.lock)}`, [
    keyTexts(records.key, [...new Set(rows.recordIds)]),
  ]);
  const foundFiles =
    rows.fileIds.length === 0
      ? []
      : (
          await session.query(`${selectFiles}${locking(files.key, rows.lock)}`, [
            keyTexts(files.key, [...new Set(rows.fileIds)]),
          ])
        ).rows;
  const hasMarks = fileHasMarks(schema);
  return {
    records: new Map(
      foundRecords.rows.map(([id, status = null, completedAt = null]) => [
        requiredText(id, records.key, 'unknown'),
        { status, completedAt },
      ]),
    ),
    files: new Map(
      foundFiles.map(([id, r2Key = null, checksum = null, updatedAt = null, ...marks]) => [
        requiredText(id, files.key, 'unknown'),
        { r2Key, checksum, updatedAt, marks: hasMarks ? marksOf(marks) : null },
      ]),
    ),
  };
}

/** The values of one record and its file row; `undefined` when the record is gone. */
export function rowValuesOf(present: PresentRows, address: RowAddress): RowValues | undefined {
  const record = present.records.get(address.recordId);
  if (record === undefined) return undefined;
  const file = address.fileId === null ? undefined : present.files.get(address.fileId);
  return { ...record, file: file ?? null };
}
