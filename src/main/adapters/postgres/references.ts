import type { ObjectReference } from '../../core/ports/migration-database.ts';
import { requiredText } from './cells.ts';
import { textOf } from './columns.ts';
import type { Query } from './record-query.ts';
import type { PostgresSchema } from './schema.ts';
import type { TextRow } from './session.ts';

/** Everything that points at an object. An empty text names no object. */
export function referenceQuery(schema: PostgresSchema): Query {
  return { sql: referenceSql(schema), values: [] };
}

/** The query itself: `key`, `owner` (which table), `id`, file, status, recorded size. */
export function referenceSql({ records, files }: PostgresSchema): string {
  const fileKey = textOf('f', files.roles.r2Key);
  const recordKey = textOf('m', records.roles.targetKey);
  const status = textOf('m', records.roles.status);
  return `SELECT ${fileKey} AS key, 'files'::text AS owner, ${textOf('f', files.key)} AS id, NULL::text, NULL::text, NULL::text
    FROM ${files.sqlName} AS f WHERE ${fileKey} <> ''
    UNION ALL
    SELECT ${recordKey}, 'file_migrations', ${textOf('m', records.key)}, ${textOf('m', records.roles.fileId)}, ${status},
      ${textOf('m', records.roles.fileSize)}
    FROM ${records.sqlName} AS m
    WHERE ${recordKey} <> '' AND ${status} COLLATE "C" IS DISTINCT FROM 'rolled_back'`;
}

/** Turns one row of `referenceQuery` into a reference. */
export function createReferenceMapper(schema: PostgresSchema): (row: TextRow) => ObjectReference {
  return (row) => {
    const table = row[1] === 'files' ? 'files' : 'file_migrations';
    const owner = table === 'files' ? schema.files : schema.records;
    const id = requiredText(row[2], owner.key, 'unknown');
    return { key: row[0] ?? '', table, id, fileId: row[3] ?? null, status: row[4] ?? null };
  };
}
