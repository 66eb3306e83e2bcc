import type { CatalogueTable } from '../../../src/main/core/schema/migration-mapping.ts';

/** The tables of the reference schema, as a catalogue lists them. */
export const referenceTables: readonly CatalogueTable[] = [
  {
    schema: null,
    name: 'migration_batches',
    columns: [
      'id',
      'batch_id',
      'total_files',
      'completed_files',
      'failed_files',
      'verified_files',
      'status',
      'started_at',
      'completed_at',
      'created_at',
    ],
  },
  {
    schema: null,
    name: 'file_migrations',
    columns: [
      'id',
      'batch_id',
      'file_id',
      'source_path',
      'target_r2_key',
      'original_checksum',
      'migrated_checksum',
      'file_size',
      'status',
      'error_message',
      'started_at',
      'completed_at',
      'created_at',
    ],
  },
  {
    schema: null,
    name: 'files',
    columns: ['id', 'filename', 'user_id', 'r2_key', 'checksum', 'created_at', 'updated_at'],
  },
];

/** The tables of a saved-file migration of a Django application, as a catalogue lists them. */
export const savedFileTables: readonly CatalogueTable[] = [
  {
    schema: null,
    name: 'file_migration_batches',
    columns: [
      'id',
      'batch_id',
      'total_files',
      'completed_files',
      'failed_files',
      'verified_files',
      'status',
      'started_at',
      'completed_at',
    ],
  },
  {
    schema: null,
    name: 'file_migration_records',
    columns: [
      'id',
      'batch_id',
      'file_id',
      'source_path',
      'target_r2_key',
      'original_checksum',
      'file_size',
      'status',
      'error_message',
      'started_at',
      'completed_at',
      'created_at',
    ],
  },
  {
    schema: null,
    name: 'list_cutter_savedfile',
    columns: [
      'id',
      'file_name',
      'file_path',
      'user_id',
      'updated_at',
      'r2_key',
      'migrated_at',
      'migration_status',
      'migration_batch_id',
      'checksum',
    ],
  },
];
