/** The three tables as the reference procedure documents them, for PostgreSQL, one statement each. */
export const referenceSchema: readonly string[] = [
  `CREATE TABLE migration_batches (
    id TEXT PRIMARY KEY,
    batch_id TEXT UNIQUE NOT NULL,
    total_files INTEGER NOT NULL DEFAULT 0,
    completed_files INTEGER DEFAULT 0,
    failed_files INTEGER DEFAULT 0,
    verified_files INTEGER DEFAULT 0,
    status VARCHAR(40) DEFAULT 'pending',
    started_at TIMESTAMP,
    completed_at TIMESTAMP,
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
  )`,
  `CREATE TABLE file_migrations (
    id TEXT PRIMARY KEY,
    batch_id TEXT NOT NULL,
    file_id TEXT,
    source_path TEXT,
    target_r2_key TEXT,
    original_checksum TEXT,
    migrated_checksum TEXT,
    file_size BIGINT,
    status VARCHAR(40) DEFAULT 'pending',
    error_message TEXT,
    started_at TIMESTAMP,
    completed_at TIMESTAMP,
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
  )`,
  `CREATE TABLE files (
    id TEXT PRIMARY KEY,
    filename TEXT NOT NULL,
    user_id TEXT NOT NULL,
    r2_key TEXT,
    checksum TEXT,
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
  )`,
];
