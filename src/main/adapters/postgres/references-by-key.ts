import type { SizedReference } from '../../core/ports/migration-database.ts';
import { wholeNumber } from './cells.ts';
import type { Query } from './record-query.ts';
import { createReferenceMapper, referenceSql } from './references.ts';
import type { PostgresSchema } from './schema.ts';
import type { TextRow } from './session.ts';

/** What `referenceSql` gives, sorted as a bucket lists its keys, after the key `afterKey`. The server sorts. */
export function referenceByKeyQuery(schema: PostgresSchema, afterKey: string | null): Query {
  const after = afterKey === null ? '' : 'WHERE key COLLATE "C" > $1::text';
  return {
    sql: `SELECT * FROM (${referenceSql(schema)}) AS reference ${after}
      ORDER BY key COLLATE "C", owner COLLATE "C", id COLLATE "C"`,
    values: afterKey === null ? [] : [afterKey],
  };
}

/** Turns one row of `referenceByKeyQuery` into a reference. */
export function createSizedReferenceMapper(
  schema: PostgresSchema,
): (row: TextRow) => SizedReference {
  const toReference = createReferenceMapper(schema);
  const { fileSize } = schema.records.roles;
  return (row) => {
    const reference = toReference(row);
    return { ...reference, sizeBytes: wholeNumber(row[5], fileSize, reference.id) };
  };
}
