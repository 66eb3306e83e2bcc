import { findMapping } from '../../../src/main/core/schema/find-mapping.ts';
import type { MigrationMapping } from '../../../src/main/core/schema/migration-mapping.ts';

/** The mapping of a database that has the reference tables, in `schema`. */
export function aReferenceMapping(schema: string | null = null): MigrationMapping {
  const found = findMapping([
    {
      schema,
      name: 'migration_batches',
      columns: [
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
      schema,
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
      schema,
      name: 'files',
      columns: ['id', 'filename', 'user_id', 'r2_key', 'checksum', 'updated_at'],
    },
  ]);
  if (found.kind !== 'found') throw new Error(`The reference tables were ${found.kind}.`);
  return found.mapping;
}
