import type pg from 'pg';
import { onTestFinished } from 'vitest';
import type { PostgresConnection } from '../../../src/main/adapters/postgres/connection.ts';
import { openPostgresDatabase } from '../../../src/main/adapters/postgres/postgres-database.ts';
import type {
  MigrationDatabase,
  MigrationRecord,
} from '../../../src/main/core/ports/migration-database.ts';
import type { CustomMapping } from '../../../src/main/core/schema/custom-mapping.ts';
import { Scope } from '../../../src/shared/domain/scope.ts';
import type { Row } from '../../conformance/migration-rows.ts';
import { insertRows } from './insert-rows.ts';
import { openTestSessions } from './open-test-sessions.ts';
import { referenceSchema } from './reference-schema.ts';
import type { PostgresServer, TestDatabase } from './start-postgres.ts';

/** A fresh database with tables of a migration, and eyes and hands of its own (a superuser's). */
export interface MigrationOnPostgres {
  readonly test: TestDatabase;
  readonly client: pg.Client;
  readonly database: MigrationDatabase;
  run(sql: string): Promise<void>;
  insert(table: string, rows: readonly Row[]): Promise<void>;
  /** The first cell of the first row. */
  cell(sql: string): Promise<string | null>;
  /** The same database as another role or with other settings sees it. */
  openAs(changes: Partial<PostgresConnection>): MigrationDatabase;
}

/** Makes the database; `schema` instead of the reference tables. Everything is closed when the test ends. */
export async function aMigrationDatabase(
  server: PostgresServer,
  options: {
    readonly schema?: readonly string[];
    readonly mapping?: CustomMapping;
    readonly connection?: Partial<PostgresConnection>;
  } = {},
): Promise<MigrationOnPostgres> {
  const test = await server.createDatabase();
  const client = await test.connect();
  onTestFinished(() => client.end());
  for (const statement of options.schema ?? referenceSchema) await client.query(statement);
  const openAs = (changes: Partial<PostgresConnection>): MigrationDatabase =>
    openPostgresDatabase({
      sessions: openTestSessions(test, changes),
      customMapping: options.mapping ?? null,
    });
  return {
    test,
    client,
    database: openAs(options.connection ?? {}),
    run: async (sql) => {
      await client.query(sql);
    },
    insert: (table, rows) => insertRows(client, table, rows),
    cell: async (sql) => (await test.run(sql))[0]?.[0] ?? null,
    openAs,
  };
}

/** The reference tables with the type of one column, in every table that has it, replaced. */
export function schemaWith(types: Readonly<Record<string, string>>): readonly string[] {
  return referenceSchema.map((sql) =>
    Object.entries(types).reduce(
      (changed, [column, type]) =>
        changed.replace(
          new RegExp(
            `(\\s)${column} (TEXT|TIMESTAMP|INTEGER|BIGINT|VARCHAR\\(40\\))( DEFAULT '\\w+')?`,
          ),
          `$1${column} ${type}`,
        ),
      sql,
    ),
  );
}

/** All records with their file rows, in the order of their ids. */
export async function recordsOf(database: MigrationDatabase): Promise<readonly MigrationRecord[]> {
  const reader = await database.openReader();
  try {
    const selector = { scope: Scope.parse({ full: true }), include: 'all' } as const;
    return await reader.pageRecords(selector, { offset: 0, limit: 1_000 });
  } finally {
    await reader.close();
  }
}

/** The only record. */
export async function theRecordOf(database: MigrationDatabase): Promise<MigrationRecord> {
  const [record] = await recordsOf(database);
  if (record === undefined) throw new Error('The database has no record.');
  return record;
}
