import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { TrackedTable } from '../../core/ports/migration-database.ts';
import type { CustomMapping, CustomTable } from '../../core/schema/custom-mapping.ts';
import { findMapping, settleRivals } from '../../core/schema/find-mapping.ts';
import type {
  BatchRole,
  CatalogueTable,
  FileRole,
  MigrationMapping,
  RecordRole,
  TableMapping,
} from '../../core/schema/migration-mapping.ts';
import { writtenColumns } from '../../core/schema/written-columns.ts';
import type { Connection } from './connection.ts';
import { quotedName } from './sql-names.ts';
import { triggerEvent } from './trigger-event.ts';

/** How a column converts what is written to it (SQLite's column affinity). */
export type Affinity = 'text' | 'numeric' | 'none';

/** A column of one of the three tables; names are lower case, as SQLite compares them without case. */
export interface Column {
  readonly table: string;
  /** The column that names a row of the table. */
  readonly key: string;
  readonly name: string;
  readonly affinity: Affinity;
}

/** What Unwind needs to know of the schema of a database that tracks a migration. */
export interface D1Schema {
  readonly mapping: MigrationMapping;
  /** All columns by lower-case name, extra ones too. */
  readonly columns: Readonly<Record<TrackedTable, ReadonlyMap<string, Column>>>;
  /** Triggers and cascading foreign keys that act on UPDATE of one of the three tables, as `table.trigger`, sorted. */
  readonly updateTriggers: readonly string[];
}

/** One of the three tables: its name and the column that names a row, lower case, not quoted. */
export interface KeyedTable {
  readonly name: string;
  readonly key: string;
}

/** The three tables of a mapping with their keys. */
export function keyedTables({
  batches,
  records,
  files,
}: MigrationMapping): Readonly<Record<TrackedTable, KeyedTable>> {
  // A role that `findMapping` requires has a column.
  return {
    migration_batches: { name: batches.name, key: batches.columns.batchId ?? '' },
    file_migrations: { name: records.name, key: records.columns.id ?? '' },
    files: { name: files.name, key: files.columns.id ?? '' },
  };
}

/**
 * Reads the schema and refuses a database that Unwind cannot work on. Extra tables and columns are fine.
 *
 * @throws DATABASE_SCHEMA_MISSING naming each missing table and column, and each key column that is not unique:
 * without that "the row" of an id would have no meaning.
 * @throws DATABASE_INVALID when its text is not UTF-8, as every D1 database's is.
 */
export function readSchema(
  connection: Connection,
  path: string,
  custom: CustomMapping | null = null,
): D1Schema {
  const mapping = readMapping(connection, path, custom);
  const tables = keyedTables(mapping);
  const unkeyed = Object.values(tables).filter((table) => !isUnique(connection, table));
  if (unkeyed.length > 0) {
    throw schemaMissing(
      path,
      unkeyed.map(({ name, key }) => `unique key on ${name}.${key}`),
    );
  }
  requireUtf8(connection, path);
  return {
    mapping,
    columns: {
      migration_batches: columnsOf(connection, tables.migration_batches),
      file_migrations: columnsOf(connection, tables.file_migrations),
      files: columnsOf(connection, tables.files),
    },
    updateTriggers: [
      ...updateTriggers(connection, tables),
      ...cascades(connection, mapping),
    ].toSorted(),
  };
}

/** The column of that name; one that came since `readSchema` has no known affinity. */
export function columnOf(schema: D1Schema, table: TrackedTable, name: string): Column {
  const found = schema.columns[table].get(name);
  if (found !== undefined) return found;
  const keyed = keyedTables(schema.mapping)[table];
  return { table: keyed.name, key: keyed.key, name, affinity: 'none' };
}

/** The columns that play the roles of a table. A role without one always reads NULL, whatever stands for its column. */
export function roleColumns<Role extends BatchRole | FileRole | RecordRole>(
  schema: D1Schema,
  table: TrackedTable,
  { columns }: Pick<TableMapping<Role>, 'columns'>,
): Readonly<Record<Role, Column>> {
  const roles = Object.keys(columns) as Role[];
  return Object.fromEntries(
    roles.map((role) => [role, columnOf(schema, table, columns[role] ?? role)]),
  ) as Record<Role, Column>;
}

function readMapping(
  connection: Connection,
  path: string,
  custom: CustomMapping | null,
): MigrationMapping {
  const found = findMapping(catalogueOf(connection), custom && inLowerCase(custom));
  switch (found.kind) {
    case 'found':
      return found.mapping;
    case 'missing':
      throw schemaMissing(path, found.missing);
    case 'rivals': {
      const withRecords = found.rivals.filter(
        ({ records }) =>
          connection.prepare(`SELECT 1 FROM ${quotedName(records.name)} LIMIT 1`).get() !==
          undefined,
      );
      return settleRivals(found.rivals, new Set(withRecords));
    }
  }
}

/** A mapping file may spell names as the CREATE TABLE statement does; SQLite compares them without case. */
function inLowerCase({ source, tables, mayLack = [] }: CustomMapping): CustomMapping {
  return {
    source,
    mayLack: mayLack.map(lowerCase),
    tables: {
      batches: tableInLowerCase(tables.batches),
      records: tableInLowerCase(tables.records),
      files: tableInLowerCase(tables.files),
    },
  };
}

function tableInLowerCase<Role extends string>(table: CustomTable<Role>): CustomTable<Role> {
  const columns: Partial<Record<Role, string | null>> = {};
  for (const role of Object.keys(table.columns) as Role[]) {
    columns[role] = lowerCase(table.columns[role] ?? null);
  }
  return { name: lowerCase(table.name), schema: table.schema, columns };
}

/** As SQLite does it: ASCII letters only. */
function lowerCase<Name extends string | null>(name: Name): Name {
  return (name?.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase()) ?? null) as Name;
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

function columnsOf(
  connection: Connection,
  { name: table, key }: KeyedTable,
): ReadonlyMap<string, Column> {
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
      return [name, { table, key, name, affinity }];
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
function isUnique(connection: Connection, { name: table, key }: KeyedTable): boolean {
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

function updateTriggers(
  connection: Connection,
  tables: Readonly<Record<TrackedTable, KeyedTable>>,
): readonly string[] {
  const names = Object.values(tables).map(({ name }) => name);
  return connection
    .prepare<[], { owner: string; name: string; sql: string }>(
      "SELECT lower(tbl_name) AS owner, name, sql FROM sqlite_schema WHERE type = 'trigger'",
    )
    .all()
    .filter(({ owner }) => names.includes(owner))
    .filter(({ sql }) => triggerEvent(sql) === 'update')
    .map(({ owner, name }) => `${owner}.${name}`);
}

/** Foreign keys that carry a change of a written column on to the rows of another table; they have no name. */
function cascades(connection: Connection, mapping: MigrationMapping): readonly string[] {
  const written = new Map(
    [mapping.batches, mapping.records, mapping.files].map((table) => [
      table.name,
      writtenColumns(table),
    ]),
  );
  return connection
    .prepare<[], { child: string; owner: string; name: string | null; action: string }>(
      `SELECT t.name AS child, lower(f."table") AS owner, lower(f."to") AS name, f.on_update AS action
       FROM sqlite_schema AS t JOIN pragma_foreign_key_list(t.name) AS f
       WHERE t.type = 'table' AND f.on_update IN ('CASCADE', 'SET NULL', 'SET DEFAULT')`,
    )
    .all()
    .filter(({ owner, name }) => name !== null && written.get(owner)?.has(name) === true)
    .map(
      ({ child, owner, name, action }) =>
        `${owner}.${String(name)} (foreign key of ${child}, ON UPDATE ${action})`,
    );
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
