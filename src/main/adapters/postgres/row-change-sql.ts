import type { RowValues } from '../../../shared/domain/plan.ts';
import { writtenOut } from '../../../shared/sql-text.ts';
import type { RowChange } from '../../core/ports/migration-database.ts';
import type { FileRole } from '../../core/schema/migration-mapping.ts';
import type { Query } from './record-query.ts';
import type { PostgresSchema } from './schema.ts';
import type { Parameter } from './session.ts';
import { type ColumnTexts, setBasedUpdate } from './set-based-update.ts';

type RecordValues = Omit<RowValues, 'file'>;
type FileValues = NonNullable<RowValues['file']>;

/** What a rollback changes in a file row. */
export const fileFields = [
  { role: 'r2Key', of: ({ r2Key }) => r2Key },
  { role: 'checksum', of: ({ checksum }) => checksum },
  { role: 'updatedAt', of: ({ updatedAt }) => updatedAt },
  { role: 'migratedAt', of: ({ marks }) => marks?.migratedAt ?? null },
  { role: 'migrationStatus', of: ({ marks }) => marks?.migrationStatus ?? null },
  { role: 'migrationBatchId', of: ({ marks }) => marks?.migrationBatchId ?? null },
] as const satisfies readonly {
  readonly role: FileRole;
  readonly of: (values: FileValues) => string | null;
}[];

/** A row with what it has to hold and what it shall hold. `before: null`: it is locked, and was compared already. */
export interface RowUpdate<Values> {
  readonly id: string;
  readonly before: Values | null;
  readonly after: Values;
}

export interface ChunkUpdates {
  readonly records: readonly RowUpdate<RecordValues>[];
  readonly files: readonly RowUpdate<FileValues>[];
}

/** What changes ask of each table. */
export function updatesOf(changes: readonly RowChange[]): ChunkUpdates {
  return {
    records: changes.map(({ recordId, before, after }) => ({ id: recordId, before, after })),
    files: changes.flatMap(({ fileId, before, after }) =>
      fileId === null || before.file === null || after.file === null
        ? []
        : [{ id: fileId, before: before.file, after: after.file }],
    ),
  };
}

/** An UPDATE and how many rows it has to change. */
export interface Statement extends Query {
  readonly rowCount: number;
}

type ArrayOf = (texts: readonly (string | null)[]) => Parameter;

/** The UPDATE of the records; `null` where none changes. */
export function recordStatement(
  { records }: PostgresSchema,
  updates: ChunkUpdates,
  arrayOf?: ArrayOf,
): Statement | null {
  const { status, completedAt } = records.roles;
  const columnsOf = (values: readonly RecordValues[]): readonly ColumnTexts[] => [
    { column: status, texts: values.map((value) => value.status) },
    { column: completedAt, texts: values.map((value) => value.completedAt) },
  ];
  return statementOf({ table: records, updates: updates.records, columnsOf, arrayOf });
}

/** The UPDATE of the file rows; `null` where none changes. */
export function fileStatement(
  { files }: PostgresSchema,
  updates: ChunkUpdates,
  arrayOf?: ArrayOf,
): Statement | null {
  const columnsOf = (values: readonly FileValues[]): readonly ColumnTexts[] =>
    fileFields.map(({ role, of }) => ({ column: files.roles[role], texts: values.map(of) }));
  return statementOf({ table: files, updates: updates.files, columnsOf, arrayOf });
}

/** The statements of one change with their values written in. */
export function previewRowChange(schema: PostgresSchema, change: RowChange): readonly string[] {
  const updates = updatesOf([change]);
  const statements = [recordStatement, fileStatement].map((of) =>
    of(schema, updates, (texts) => texts),
  );
  return statements.flatMap((statement) =>
    statement === null ? [] : [writtenOut(statement.sql, statement.values)],
  );
}

function statementOf<Values>({
  table,
  updates,
  columnsOf,
  arrayOf,
}: {
  readonly table: PostgresSchema['records'] | PostgresSchema['files'];
  readonly updates: readonly RowUpdate<Values>[];
  readonly columnsOf: (values: readonly Values[]) => readonly ColumnTexts[];
  readonly arrayOf: ArrayOf | undefined;
}): Statement | null {
  if (updates.length === 0) return null;
  const before = updates.flatMap((update) => (update.before === null ? [] : [update.before]));
  const set = {
    table,
    keys: updates.map(({ id }) => id),
    before: before.length === 0 ? [] : columnsOf(before),
    after: columnsOf(updates.map(({ after }) => after)),
  };
  return { ...setBasedUpdate(set, arrayOf), rowCount: updates.length };
}
