import Database from 'better-sqlite3';
import type { Connection } from './connection.ts';

interface SchemaObject {
  readonly type: 'table' | 'index' | 'view' | 'trigger';
  readonly name: string;
  readonly sql: string;
}

/** Columns to drop from a table, as the statements that will drop them. */
interface Drops {
  readonly table: string;
  readonly drops: readonly string[];
}

/** A change that depends on nothing: what fails with it is broken anyway, whatever is dropped. */
const PROBE = 'unwind_probe';

/**
 * What keeps columns from being dropped, as `view name`, `index name`: found by dropping them in an empty copy of the schema in memory,
 * with each index, view and trigger alone. SQLite itself decides, so that no SQL is parsed here.
 */
export function columnDependents(connection: Connection, request: Drops): readonly string[] {
  const objects = connection
    .prepare<[], SchemaObject>(
      `SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
       ORDER BY type <> 'table', type <> 'view', type, name`,
    )
    .all();
  if (rehearse(objects, request.drops) === undefined) return [];
  const tables = objects.filter(({ type }) => type === 'table');
  const own = rehearse(tables, request.drops);
  if (own !== undefined) return [`the definition of table ${request.table} itself (${own})`];
  const probes = [
    `ALTER TABLE "${request.table.replaceAll('"', '""')}" ADD COLUMN ${PROBE}`,
    `ALTER TABLE "${request.table.replaceAll('"', '""')}" DROP COLUMN ${PROBE}`,
  ];
  const dependents = objects
    .filter(({ type }) => type !== 'table')
    .filter((object) => {
      const schema = [...tables, object];
      return (
        rehearse(schema, probes) === undefined && rehearse(schema, request.drops) !== undefined
      );
    })
    .map(({ type, name }) => `${type} ${name}`);
  return dependents.length > 0
    ? dependents
    : [`the schema (${rehearse(objects, request.drops) ?? 'of which SQLite says no more'})`];
}

/** Executes statements on an empty copy of the schema. Returns what SQLite said when one failed. */
function rehearse(
  objects: readonly SchemaObject[],
  statements: readonly string[],
): string | undefined {
  const copy = new Database(':memory:');
  try {
    for (const { sql } of objects) create(copy, sql);
    for (const statement of statements) copy.exec(statement);
    return undefined;
  } catch (error) {
    if (error instanceof Database.SqliteError) return error.message;
    throw error;
  } finally {
    copy.close();
  }
}

/** What this SQLite cannot make (a table of a module that is not here, a shadow table of another) is left out: the drop itself fails safely on it. */
function create(copy: Database.Database, sql: string): void {
  try {
    copy.exec(sql);
  } catch (error) {
    if (!(error instanceof Database.SqliteError)) throw error;
  }
}
