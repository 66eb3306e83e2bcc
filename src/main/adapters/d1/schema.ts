import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { TrackedTable } from '../../core/ports/migration-database.ts';
import { findMapping } from '../../core/schema/find-mapping.ts';
import type { CatalogueTable, MigrationMapping } from '../../core/schema/migration-mapping.ts';
import type { Connection } from './connection.ts';
import { triggerEvent } from './trigger-event.ts';

/** How a column converts what is written to it (SQLite's column affinity). */
export type Affinity = 'text' | 'numeric' | 'none';

/** A column of one of the three tables; `name` is lower case, as SQLite compares names without case. */
export interface Column {
  readonly table: TrackedTable;
  readonly name: string;
  readonly affinity: Affinity;
}

/** What Unwind needs to know of the schema of a database that tracks a migration. */
export interface D1Schema {
  readonly mapping: MigrationMapping;
  /** All columns by lower-case name, extra ones too. */
  readonly columns: Readonly<Record<TrackedTable, ReadonlyMap<string, Column>>>;
  /** Triggers that fire on UPDATE of one of the three tables, as `table.trigger`, sorted. */
  readonly updateTriggers: readonly string[];
}

/** The column that names a row, by table. */
export const keyColumns: Readonly<Record<TrackedTable, string>> = {
  file_migrations: 'id',
  files: 'id',
  migration_batches: 'batch_id',
};

const trackedTables = Object.keys(keyColumns) as TrackedTable[];

/**
 * Reads the schema and refuses a database that Unwind cannot work on. Extra tables and columns are fine.
 *
 * @throws DATABASE_SCHEMA_MISSING naming each missing table and column, and each key column that is not unique:
 * without that "the row" of an id would have no meaning.
 * @throws DATABASE_INVALID when its text is not UTF-8, as every D1 database's is.
 */
export function readSchema(connection: Connection, path: string): D1Schema {
  const found = findMapping(catalogueOf(connection));
  const missing =
    found.kind === 'missing'
      ? found.missing
      : trackedTables
          .filter((table) => !isUnique(connection, table, keyColumns[table]))
          .map(uniqueKey);
  if (found.kind === 'missing' || missing.length > 0) throw schemaMissing(path, missing);
  requireUtf8(connection, path);
  return {
    mapping: found.mapping,
    columns: {
      migration_batches: columnsOf(connection, 'migration_batches'),
      file_migrations: columnsOf(connection, 'file_migrations'),
      files: columnsOf(connection, 'files'),
    },
    updateTriggers: updateTriggers(connection),
  };
}

/** The column of that name, which `readSchema` has found to exist. */
export function columnOf(schema: D1Schema, table: TrackedTable, name: string): Column {
  return schema.columns[table].get(name) ?? { table, name, affinity: 'none' };
}

function uniqueKey(table: TrackedTable): string {
  return `unique key on ${table}.${keyColumns[table]}`;
}

/** The tables with names and columns in lower case, as SQLite compares them without case. */
function catalogueOf(connection: Connection): readonly CatalogueTable[] {
  return connection
    .prepare<[], string>("SELECT lower(name) FROM sqlite_schema WHERE type = 'table'")
    .pluck()
    .all()
    .map((name) => ({
      schema: null,
      name,
      columns: connection
        .prepare<[string], string>('SELECT lower(name) FROM pragma_table_xinfo(?)')
        .pluck()
        .all(name),
    }));
}

function columnsOf(connection: Connection, table: TrackedTable): ReadonlyMap<string, Column> {
  const isStrict = connection
    .prepare("SELECT strict FROM pragma_table_list WHERE schema = 'main' AND lower(name) = ?")
    .pluck()
    .get(table);
  const rows = connection
    .prepare<[string], { name: string; type: string }>(
      'SELECT lower(name) AS name, upper(type) AS type FROM pragma_table_xinfo(?)',
    )
    .all(table);
  return new Map(
    rows.map(({ name, type }) => {
      const affinity = isStrict === 1 && type === 'ANY' ? 'none' : affinityOf(type);
      return [name, { table, name, affinity }];
    }),
  );
}

/** SQLite's own rules, in its order. INTEGER and REAL convert text as NUMERIC does, as far as exactness goes. */
function affinityOf(type: string): Affinity {
  if (type.includes('INT')) return 'numeric';
  if (/CHAR|CLOB|TEXT/.test(type)) return 'text';
  return type === '' || type.includes('BLOB') ? 'none' : 'numeric';
}

/** Whether one value of `key` names at most one row: the whole primary key, or a unique index over just this column. */
function isUnique(connection: Connection, table: TrackedTable, key: string): boolean {
  const primaryKey = connection
    .prepare('SELECT lower(name) FROM pragma_table_xinfo(?) WHERE pk > 0')
    .pluck()
    .all(table);
  if (primaryKey.length === 1 && primaryKey[0] === key) return true;
  const unique = connection
    .prepare(
      `SELECT 1 FROM pragma_index_list(?) AS i WHERE i."unique" = 1 AND i.partial = 0
       AND (SELECT group_concat(lower(c.name)) FROM pragma_index_info(i.name) AS c) = ?`,
    )
    .get(table, key);
  return unique !== undefined;
}

function updateTriggers(connection: Connection): readonly string[] {
  return connection
    .prepare<[], { owner: string; name: string; sql: string }>(
      "SELECT lower(tbl_name) AS owner, name, sql FROM sqlite_schema WHERE type = 'trigger'",
    )
    .all()
    .filter(({ owner }) => trackedTables.some((table) => table === owner))
    .filter(({ sql }) => triggerEvent(sql) === 'update')
    .map(({ owner, name }) => `${owner}.${name}`)
    .toSorted();
}

function requireUtf8(connection: Connection, path: string): void {
  const encoding = String(connection.pragma('encoding', { simple: true }));
  if (encoding === 'UTF-8') return;
  throw new OperatorError('DATABASE_INVALID', {
    message: `The database ${path} stores text as ${encoding}; a D1 database stores UTF-8.`,
    hint: 'Point D1_LOCAL_PATH at a file that D1 or wrangler made.',
    details: { path, encoding },
  });
}

function schemaMissing(path: string, missing: readonly string[]): OperatorError {
  return new OperatorError('DATABASE_SCHEMA_MISSING', {
    message: `The database ${path} does not track a file migration: it lacks ${missing.join(', ')}.`,
    hint: 'Check that D1_LOCAL_PATH names the right database, or run the migrations that create these tables.',
    details: { path, missing },
  });
}
