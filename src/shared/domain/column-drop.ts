import { z } from 'zod';

const NamedTable = z.strictObject({
  schema: z.string().nullable(),
  name: z.string(),
  /** Column by role; `null`: the role has none. */
  columns: z.record(z.string(), z.string().nullable()),
});

/**
 * What a plan of kind `drop-columns` is about: columns of one table, the statements that drop them and bring them back, and the schema as
 * it was: every value was NULL when the plan was made, so that the schema is the whole snapshot.
 */
export const ColumnDrop = z.strictObject({
  /** As SQL writes it. */
  table: z.string(),
  columns: z.array(
    z.strictObject({
      name: z.string(),
      dropSql: z.string(),
      /** Adds the column again, empty. Constraints beyond NOT NULL, default and collation are in `definition` only. */
      inverseSql: z.string(),
    }),
  ),
  /** The table's CREATE TABLE statement: as it was given to D1, put together from the catalogue of PostgreSQL. */
  definition: z.string(),
  /** Every other column, as the catalogue describes it, in order. */
  otherColumns: z.array(z.string()),
  /** Every index, as the catalogue describes it, sorted. */
  indexes: z.array(z.string()),
  rowCount: z.number().int(),
  /** Where the three tables were found: without the columns they cannot be recognised any more. */
  tables: z.strictObject({ batches: NamedTable, records: NamedTable, files: NamedTable }),
});
export type ColumnDrop = z.infer<typeof ColumnDrop>;
