import type { BatchValues, RowValues } from '../../../shared/domain/plan.ts';
import type {
  BatchRole,
  FileRole,
  MigrationMapping,
  RecordRole,
} from '../../core/schema/migration-mapping.ts';
import { columnSql } from './sql-names.ts';

type Value = bigint | string | null;

/** A column that a rollback changes, and where its value is in what it is given. */
interface ChangedColumn<Values, Cell extends Value> {
  /** `null`: the schema has no such column. */
  readonly sql: string | null;
  readonly of: (values: Values) => Cell;
}

/** The columns that a rollback changes in one table: SQL that sets and compares them, and the values for it. */
export interface ChangedColumns<Values, Cell extends Value> {
  /** `"a" = ?, "b" = ?` */
  readonly set: string;
  /** `AND "a" IS ? …`: byte by byte whatever the column's collation, and NULL is equal to NULL. */
  readonly isBefore: string;
  readonly cellsOf: (values: Values) => readonly Cell[];
  /** Whether the values ask nothing of a column that is not there. */
  readonly fits: (values: Values) => boolean;
  readonly same: (left: Values, right: Values) => boolean;
}

type Text = string | null;
type RecordValues = Pick<RowValues, 'status' | 'completedAt'>;
type FileValues = NonNullable<RowValues['file']>;

const recordValues: readonly (readonly [RecordRole, (values: RecordValues) => Text])[] = [
  ['status', ({ status }) => status],
  ['completedAt', ({ completedAt }) => completedAt],
];

const fileValues: readonly (readonly [FileRole, (values: FileValues) => Text])[] = [
  ['r2Key', ({ r2Key }) => r2Key],
  ['checksum', ({ checksum }) => checksum],
  ['updatedAt', ({ updatedAt }) => updatedAt],
  ['migratedAt', ({ marks }) => marks?.migratedAt ?? null],
  ['migrationStatus', ({ marks }) => marks?.migrationStatus ?? null],
  ['migrationBatchId', ({ marks }) => marks?.migrationBatchId ?? null],
];

/** Counters go as bigint: better-sqlite3 stores a JavaScript number as a REAL. */
const batchValues: readonly (readonly [BatchRole, (values: BatchValues) => Value])[] = [
  ['completedFiles', ({ completedFiles }) => counter(completedFiles)],
  ['failedFiles', ({ failedFiles }) => counter(failedFiles)],
  ['verifiedFiles', ({ verifiedFiles }) => counter(verifiedFiles)],
  ['status', ({ status }) => status],
  ['completedAt', ({ completedAt }) => completedAt],
];

/** Whether the file table keeps what a migration notes on the file row itself. */
export function hasMarks({ files: { columns } }: MigrationMapping): boolean {
  return [columns.migratedAt, columns.migrationStatus, columns.migrationBatchId].some(
    (column) => column !== null,
  );
}

/** What a rollback changes in a record. */
export function changedInRecords({
  records,
}: MigrationMapping): ChangedColumns<RecordValues, Text> {
  return changedColumns(recordValues.map(([role, of]) => ({ sql: presentSql(records, role), of })));
}

/** What a rollback changes in a file row. */
export function changedInFiles({ files }: MigrationMapping): ChangedColumns<FileValues, Text> {
  return changedColumns(fileValues.map(([role, of]) => ({ sql: presentSql(files, role), of })));
}

/** What a rollback changes in a batch row. */
export function changedInBatches({
  batches,
}: MigrationMapping): ChangedColumns<BatchValues, Value> {
  return changedColumns(batchValues.map(([role, of]) => ({ sql: presentSql(batches, role), of })));
}

function counter(count: number | null): bigint | null {
  return count === null ? null : BigInt(count);
}

function presentSql<Role extends string>(
  table: { readonly columns: Readonly<Record<Role, string | null>> },
  role: Role,
): string | null {
  return table.columns[role] === null ? null : columnSql(table, role);
}

function changedColumns<Values, Cell extends Value>(
  columns: readonly ChangedColumn<Values, Cell>[],
): ChangedColumns<Values, Cell> {
  const present = columns.filter(({ sql }) => sql !== null);
  const absent = columns.filter(({ sql }) => sql === null);
  return {
    set: present.map(({ sql }) => `${String(sql)} = ?`).join(', '),
    isBefore: present.map(({ sql }) => `AND ${String(sql)} IS ? COLLATE BINARY`).join(' '),
    cellsOf: (values) => present.map(({ of }) => of(values)),
    fits: (values) => absent.every(({ of }) => of(values) === null),
    same: (left, right) => columns.every(({ of }) => of(left) === of(right)),
  };
}
