import type { SeedRow, SeedRows } from './seed-set.ts';

/** The part of a Worker's D1 binding that is used; miniflare's own types need those of the Workers runtime. */
export interface D1Binding {
  prepare(sql: string): D1Statement;
  /** Runs the statements in one transaction. */
  batch(statements: readonly D1Statement[]): Promise<unknown>;
}

interface D1Statement {
  bind(...values: readonly (string | number | null)[]): D1Statement;
}

/** The schema of the reference procedure, word by word. */
const SCHEMA = [
  `CREATE TABLE migration_batches (
    id TEXT PRIMARY KEY,
    batch_id TEXT UNIQUE NOT NULL,
    total_files INTEGER NOT NULL DEFAULT 0,
    completed_files INTEGER DEFAULT 0,
    failed_files INTEGER DEFAULT 0,
    verified_files INTEGER DEFAULT 0,
    status TEXT DEFAULT 'pending',
    started_at DATETIME,
    completed_at DATETIME,
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP
)`,
  `CREATE TABLE file_migrations (
    id TEXT PRIMARY KEY,
    batch_id TEXT NOT NULL,
    file_id TEXT,
    source_path TEXT,
    target_r2_key TEXT,
    original_checksum TEXT,
    migrated_checksum TEXT,
    file_size INTEGER,
    status TEXT DEFAULT 'pending',
    error_message TEXT,
    started_at DATETIME,
    completed_at DATETIME,
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP
)`,
  `CREATE TABLE files (
    id TEXT PRIMARY KEY,
    filename TEXT NOT NULL,
    user_id TEXT NOT NULL,
    r2_key TEXT,
    checksum TEXT,
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP,
    updated_at DATETIME DEFAULT CURRENT_TIMESTAMP
)`,
];

/** D1 binds at most this many values in one statement. */
const MAX_BOUND_VALUES = 100;

/** Makes the tables and fills them through D1 itself, so that the file is what Cloudflare's code writes. */
export async function insertRows(database: D1Binding, rows: SeedRows): Promise<void> {
  await database.batch([
    ...SCHEMA.map((sql) => database.prepare(sql)),
    ...inserts(database, 'migration_batches', rows.batches),
    ...inserts(database, 'files', rows.files),
    ...inserts(database, 'file_migrations', rows.records),
  ]);
}

function inserts(database: D1Binding, table: string, rows: readonly SeedRow[]): D1Statement[] {
  const columns = Object.keys(rows[0] ?? {});
  const rowsPerStatement = Math.floor(MAX_BOUND_VALUES / columns.length);
  const tuple = `(${columns.map(() => '?').join(', ')})`;
  return Array.from({ length: Math.ceil(rows.length / rowsPerStatement) }, (_, chunk) => {
    const some = rows.slice(chunk * rowsPerStatement, (chunk + 1) * rowsPerStatement);
    const sql = `INSERT INTO ${table} (${columns.join(', ')}) VALUES ${some.map(() => tuple).join(', ')}`;
    return database
      .prepare(sql)
      .bind(...some.flatMap((row) => columns.map((column) => row[column] ?? null)));
  });
}
