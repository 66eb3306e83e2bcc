import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { TrackedTable } from '../../core/ports/migration-database.ts';
import type { CustomMapping } from '../../core/schema/custom-mapping.ts';
import { findMapping, settleRivals } from '../../core/schema/find-mapping.ts';
import { mappingAmbiguous } from '../../core/schema/mapping-attempt.ts';
import type {
  BatchRole,
  FileRole,
  MigrationMapping,
  RecordRole,
  TableMapping,
} from '../../core/schema/migration-mapping.ts';
import { tableNames } from '../../core/schema/roles.ts';
import { writtenColumns } from '../../core/schema/written-columns.ts';
import type { Column } from './columns.ts';
import {
  type Relation,
  readColumns,
  readFacts,
  readRelations,
  type TableFacts,
} from './schema-query.ts';
import type { PostgresSession } from './session.ts';
import { quoteName, tableName } from './sql-names.ts';

/** One of the three tables: where it is, and which of its columns plays which role. */
export interface TrackedSchema<Role extends string> {
  readonly relation: Relation;
  readonly facts: TableFacts;
  /** Schema and name as SQL writes them. */
  readonly sqlName: string;
  readonly key: Column;
  /** `null`: the schema has no such column; it reads as NULL and is never written. */
  readonly roles: Readonly<Record<Role, Column | null>>;
  /** Every column, in its order. */
  readonly columns: ReadonlyMap<string, Column>;
  /** `by-index`: an index proves that a key names one row. `by-rows`: no index can (partitions, heirs); the rows have to be counted. */
  readonly uniqueness: 'by-index' | 'by-rows';
}

/** What Unwind needs to know of the schema of a database that tracks a migration. */
export interface PostgresSchema {
  readonly mapping: MigrationMapping;
  readonly batches: TrackedSchema<BatchRole>;
  readonly records: TrackedSchema<RecordRole>;
  readonly files: TrackedSchema<FileRole>;
  /** Triggers, rules and cascading foreign keys that act on UPDATE of one of the three tables, as `table.trigger`, sorted. */
  readonly updateTriggers: readonly string[];
}

/** The schema of a tracked table by its name in the port. */
export function trackedTable(schema: PostgresSchema, table: TrackedTable): TrackedSchema<string> {
  switch (table) {
    case 'migration_batches':
      return schema.batches;
    case 'file_migrations':
      return schema.records;
    case 'files':
      return schema.files;
  }
}

/**
 * Reads the schema and refuses a database that Unwind cannot work on. Extra tables and columns are fine.
 *
 * @throws DATABASE_SCHEMA_MISSING naming each missing table and column, each name that is a view or a foreign table, each column that
 * a rollback would have to write but the database computes, and each key that is not unique.
 * @throws DATABASE_INVALID when its text is not UTF-8: it could not be carried over, compared and sorted exactly.
 * @throws DATABASE_DENIED when row security hides rows from this role: a row that cannot be seen may still need an object.
 */
export async function readSchema(
  session: PostgresSession,
  location: string,
  custom: CustomMapping | null,
): Promise<PostgresSchema> {
  await requireUtf8(session, location);
  const relations = await readRelations(session, namedWithSchema(custom));
  const mapping = await readMapping({ session, location, relations, custom });
  if (custom === null) await requireOneSchema(session, mapping);
  const batches = await readTable(session, relations, mapping.batches, 'batchId');
  const records = await readTable(session, relations, mapping.records, 'id');
  const files = await readTable(session, relations, mapping.files, 'id');
  const tables = [batches, records, files];
  const unfit = tables.flatMap((table) => unfitIn(table));
  if (unfit.length > 0) throw await schemaMissing(session, location, unfit);
  requireAllRows(location, tables);
  return {
    mapping,
    batches,
    records,
    files,
    updateTriggers: tables.flatMap((table) => actingOnUpdate(table)).toSorted(),
  };
}

/** What a mapping file names with its schema may lie where no unqualified name leads. */
function namedWithSchema(
  custom: CustomMapping | null,
): readonly { readonly schema: string; readonly name: string }[] {
  if (custom === null) return [];
  const { batches, records, files } = custom.tables;
  return [batches, records, files].flatMap(({ schema, name }) =>
    schema === null ? [] : [{ schema, name }],
  );
}

/** Names by which a table is looked for; only the file table of one variant is known by its columns. */
const soughtNames: ReadonlySet<string> = new Set(
  Object.values(tableNames).flatMap((names) => Object.values(names)),
);

/** Views and partitions have the columns of the table that they are made of: they must not look like a second one. */
function mayPlayARole({ name, kind, extent }: Relation): boolean {
  const isTable = kind === 'table' || kind === 'partitioned table';
  return soughtNames.has(name) || (isTable && extent === 'whole');
}

async function readMapping(request: {
  readonly session: PostgresSession;
  readonly location: string;
  readonly relations: readonly Relation[];
  readonly custom: CustomMapping | null;
}): Promise<MigrationMapping> {
  const { session, location, custom } = request;
  const catalogue = custom === null ? request.relations.filter(mayPlayARole) : request.relations;
  const found = findMapping(catalogue, custom);
  switch (found.kind) {
    case 'found':
      return found.mapping;
    case 'missing':
      throw await schemaMissing(session, location, found.missing);
    case 'rivals': {
      const withRecords = new Set<MigrationMapping>();
      for (const rival of found.rivals) {
        const { schema, name } = rival.records;
        const table = schema === null ? quoteName(name) : tableName({ schema, name });
        const { rowCount } = await session.query(`SELECT 1 FROM ${table} LIMIT 1`);
        if (rowCount > 0) withRecords.add(rival);
      }
      return settleRivals(found.rivals, withRecords);
    }
  }
}

/**
 * Refuses tables of two schemas where the records' schema has a table of that name as well: whichever comes first on the search path
 * would be taken for the files, and an object deleted that a row of the other still needs.
 * @throws MAPPING_AMBIGUOUS
 */
async function requireOneSchema(
  session: PostgresSession,
  { batches, records, files }: MigrationMapping,
): Promise<void> {
  const strangers = [batches, files].filter(({ schema }) => schema !== records.schema);
  if (strangers.length === 0) return;
  const { rows } = await session.query(
    `SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1::text AND c.relname = ANY($2::text[]) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')`,
    [records.schema, strangers.map(({ name }) => name)],
  );
  const names = rows.map(([name]) => name);
  const twice = strangers.filter(({ name }) => names.includes(name));
  if (twice.length === 0) return;
  throw mappingAmbiguous(
    `The table ${String(records.schema)}.${records.name} is found, but of another schema than the tables that belong to it`,
    twice.flatMap(({ schema, name }) => [
      `${String(schema)}.${name} comes first on the search path`,
      `${String(records.schema)}.${name} lies beside the records`,
    ]),
  );
}

async function readTable<Role extends string>(
  session: PostgresSession,
  relations: readonly Relation[],
  mapping: TableMapping<Role>,
  keyRole: NoInfer<Role>,
): Promise<TrackedSchema<Role>> {
  const relation = relations.find(
    ({ schema, name }) => name === mapping.name && (mapping.schema ?? schema) === schema,
  );
  if (relation === undefined) throw mappingOutOfReach(mapping);
  const columns = await readColumns(session, relation);
  const roles = Object.fromEntries(
    Object.entries<string | null>(mapping.columns).map(([role, name]) => [
      role,
      name === null ? null : (columns.get(name) ?? null),
    ]),
  ) as Record<Role, Column | null>;
  const key = roles[keyRole];
  if (key === null) throw mappingOutOfReach(mapping);
  const facts = await readFacts(session, relation);
  return {
    relation,
    facts,
    sqlName: tableName(relation),
    key,
    roles,
    columns,
    uniqueness: isUniqueByIndex(facts, key) ? 'by-index' : 'by-rows',
  };
}

function isUniqueByIndex(facts: TableFacts, key: Column): boolean {
  return (
    facts.heirCount === 0 &&
    facts.uniqueIndexes.some(({ columns }) => columns.length === 1 && columns[0] === key.name)
  );
}

function writtenIn({ roles }: TrackedSchema<string>): ReadonlySet<string> {
  const names = Object.entries(roles).map(([role, column]) => [role, column?.name ?? null]);
  return writtenColumns({ columns: Object.fromEntries(names) as Record<string, string | null> });
}

/** What acts on an UPDATE of a rollback: triggers, rules, and foreign keys that carry a written column on to other rows. */
function actingOnUpdate(table: TrackedSchema<string>): readonly string[] {
  const written = writtenIn(table);
  const { updateTriggers, cascades } = table.facts;
  const carrying = cascades.filter(({ columns }) => columns.some((name) => written.has(name)));
  return [...updateTriggers, ...carrying.map(({ name }) => name)].map(
    (name) => `${table.relation.name}.${name}`,
  );
}

function unfitIn(table: TrackedSchema<string>): readonly string[] {
  const { relation, key, roles } = table;
  if (relation.kind === 'view' || relation.kind === 'foreign table') {
    return [`table ${relation.name} (${tableName(relation)} is a ${relation.kind})`];
  }
  const written = writtenIn(table);
  const generated = Object.entries(roles)
    .filter(([, column]) => column?.isGenerated === true && written.has(column.name))
    .map(
      ([, column]) =>
        `writable column ${relation.name}.${String(column?.name)} (the database computes it)`,
    );
  const mayBeUnique = table.uniqueness === 'by-index' || isUniquePerPart(table);
  return mayBeUnique ? generated : [...generated, `unique key on ${relation.name}.${key.name}`];
}

/** Whether each partition, or each table of an inheritance tree, keeps its own keys unique as far as an index there can. */
function isUniquePerPart({ facts, key }: TrackedSchema<string>): boolean {
  const allowed = new Set([key.name, ...facts.partitionColumns]);
  return facts.uniqueIndexes.some(
    ({ columns }) => columns.includes(key.name) && columns.every((name) => allowed.has(name)),
  );
}

/**
 * Proves by its rows that a key names one row, where no index can.
 * @throws DATABASE_SCHEMA_MISSING naming a key that several rows have.
 */
export async function requireUniqueRows(
  session: PostgresSession,
  schema: PostgresSchema,
  location: string,
): Promise<void> {
  for (const { uniqueness, sqlName, key, relation } of [
    schema.batches,
    schema.records,
    schema.files,
  ]) {
    if (uniqueness === 'by-index') continue;
    const column = quoteName(key.name);
    const { rows } = await session.query(
      `SELECT ${column}::text FROM ${sqlName} GROUP BY ${column} HAVING count(*) > 1 LIMIT 1`,
    );
    const [repeated] = rows;
    if (repeated === undefined) continue;
    const missing = `unique key on ${relation.name}.${key.name} (${String(repeated[0])} names several rows of its parts)`;
    throw await schemaMissing(session, location, [missing]);
  }
}

async function requireUtf8(session: PostgresSession, location: string): Promise<void> {
  const { rows } = await session.query(`SELECT current_setting('server_encoding')`);
  const encoding = rows[0]?.[0] ?? '';
  if (encoding === 'UTF8') return;
  throw new OperatorError('DATABASE_INVALID', {
    message: `The database ${location} stores text as ${encoding}; Unwind compares texts byte by byte as UTF-8.`,
    hint: 'Copy the database into one with ENCODING UTF8 (pg_dump, createdb, pg_restore) and roll back there.',
    details: { database: location, encoding },
  });
}

function requireAllRows(location: string, tables: readonly TrackedSchema<string>[]): void {
  const hidden = tables
    .filter(({ facts }) => facts.hidesRows)
    .map(({ relation }) => tableName(relation));
  if (hidden.length === 0) return;
  throw new OperatorError('DATABASE_DENIED', {
    message: `Row security may hide rows of ${hidden.join(', ')} in ${location} from this role, so Unwind could miss a row that still needs an object.`,
    hint: 'Connect as the owner of the tables or as a role with BYPASSRLS (ALTER ROLE … BYPASSRLS).',
    details: { database: location, tables: hidden },
  });
}

function mappingOutOfReach(mapping: TableMapping<string>): OperatorError {
  const name = mapping.schema === null ? mapping.name : `${mapping.schema}.${mapping.name}`;
  return new OperatorError('DATABASE_SCHEMA_MISSING', {
    message: `The mapping names the table ${name} or a key column of it, which the database does not have.`,
    hint: 'Correct the mapping file, or the search path of the connection.',
    details: { missing: [`table ${name}`] },
  });
}

/** Names what is missing, and the schemas outside the search path that have a table of a missing name. */
async function schemaMissing(
  session: PostgresSession,
  location: string,
  missing: readonly string[],
): Promise<OperatorError> {
  const names = missing.flatMap((what) => /^table ([^ ]+)/.exec(what)?.[1] ?? []);
  const { rows } = await session.query(
    `SELECT DISTINCT n.nspname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relname = ANY($1::text[]) AND c.relkind IN ('r', 'p') AND NOT pg_table_is_visible(c.oid)
     ORDER BY 1 LIMIT 5`,
    [names],
  );
  const elsewhere = rows.map(([schema]) => schema ?? '');
  const [first] = elsewhere;
  return new OperatorError('DATABASE_SCHEMA_MISSING', {
    message: `The database ${location} does not track a file migration that Unwind could roll back: it lacks ${missing.join(', ')}.`,
    hint:
      first === undefined
        ? 'Check the name of the database and its schema, or run the migrations that create these tables.'
        : `The schema ${elsewhere.join(', ')} has a table of that name: set POSTGRES_SCHEMA to ${first}.`,
    details: { database: location, missing, elsewhere },
  });
}
