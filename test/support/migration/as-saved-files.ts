import Database from 'better-sqlite3';
import type { TestMigration } from './a-migration.ts';

/** How much the record table of a saved-file migration knows itself: all, or no key, path, moment nor size. */
export type SavedFileRecords = 'whole' | 'sparse';

/** Every row of the three tables, by table. */
export type SavedFileRows = Readonly<Record<string, readonly unknown[]>>;

const common = [
  'ALTER TABLE migration_batches RENAME TO file_migration_batches',
  'ALTER TABLE file_migrations RENAME TO file_migration_records',
  'ALTER TABLE files RENAME TO list_cutter_savedfile',
  'ALTER TABLE list_cutter_savedfile RENAME COLUMN filename TO file_name',
  'ALTER TABLE list_cutter_savedfile ADD COLUMN file_path TEXT',
  'ALTER TABLE list_cutter_savedfile ADD COLUMN migrated_at TIMESTAMP',
  'ALTER TABLE list_cutter_savedfile ADD COLUMN migration_status TEXT',
  'ALTER TABLE list_cutter_savedfile ADD COLUMN migration_batch_id TEXT',
  `UPDATE list_cutter_savedfile SET
     file_path = (SELECT source_path FROM file_migration_records WHERE file_id = list_cutter_savedfile.id)`,
  `UPDATE list_cutter_savedfile SET (migrated_at, migration_status, migration_batch_id) =
     (SELECT completed_at, 'completed', batch_id FROM file_migration_records WHERE file_id = list_cutter_savedfile.id)
   WHERE r2_key IS NOT NULL`,
];

const sparse = [
  'ALTER TABLE file_migration_records RENAME COLUMN file_id TO saved_file_id',
  ...['source_path', 'target_r2_key', 'completed_at', 'file_size', 'migrated_checksum'].map(
    (column) => `ALTER TABLE file_migration_records DROP COLUMN ${column}`,
  ),
  'ALTER TABLE list_cutter_savedfile DROP COLUMN updated_at',
  'ALTER TABLE file_migration_batches DROP COLUMN verified_files',
];

/** Statements that turn the reference tables, rows included, into those of the saved-file migration. */
export function savedFileStatements(records: SavedFileRecords): readonly string[] {
  return records === 'whole' ? common : [...common, ...sparse];
}

/** Turns the database of a migration into one of the saved-file set. */
export function asSavedFiles(migration: TestMigration, records: SavedFileRecords): void {
  for (const statement of savedFileStatements(records)) migration.sql(statement);
}

/** The rows of the saved-file tables, in the order of their ids. */
export function savedFileRows(migration: TestMigration): SavedFileRows {
  return rowsOf(migration, [
    'file_migration_batches',
    'file_migration_records',
    'list_cutter_savedfile',
  ]);
}

/** The rows of `tables`, in the order of their first column. */
export function rowsOf(migration: TestMigration, tables: readonly string[]): SavedFileRows {
  const database = new Database(migration.databasePath, { readonly: true });
  try {
    return Object.fromEntries(
      tables.map((table) => [
        table,
        database.prepare(`SELECT * FROM "${table.replaceAll('"', '""')}" ORDER BY 1`).all(),
      ]),
    );
  } finally {
    database.close();
  }
}

/** The CREATE TABLE statement of the file table. */
export function schemaOf(migration: TestMigration): string {
  const database = new Database(migration.databasePath, { readonly: true });
  try {
    const sql = database
      .prepare("SELECT sql FROM sqlite_schema WHERE name = 'list_cutter_savedfile'")
      .pluck()
      .get();
    return String(sql);
  } finally {
    database.close();
  }
}

const addedColumns = {
  r2_key: 'TEXT',
  migrated_at: 'TIMESTAMP',
  migration_status: 'TEXT',
  migration_batch_id: 'TEXT',
  checksum: 'TEXT',
};

/**
 * Takes the five columns off the file table and adds them again with their values, as the migration did. Returns the table's statement
 * from between: how it was before the migration.
 */
export function addColumnsAnew(migration: TestMigration): string {
  const names = Object.keys(addedColumns);
  migration.sql('CREATE TABLE kept AS SELECT * FROM list_cutter_savedfile');
  for (const name of names) {
    migration.sql(`ALTER TABLE list_cutter_savedfile DROP COLUMN ${name}`);
  }
  const before = schemaOf(migration);
  for (const [name, type] of Object.entries(addedColumns)) {
    migration.sql(`ALTER TABLE list_cutter_savedfile ADD COLUMN ${name} ${type}`);
  }
  migration.sql(`UPDATE list_cutter_savedfile AS f SET (${names.join(', ')}) =
    (SELECT ${names.join(', ')} FROM kept WHERE kept.id = f.id)`);
  migration.sql('DROP TABLE kept');
  return before;
}
