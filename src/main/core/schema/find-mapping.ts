import type {
  BatchRole,
  CatalogueTable,
  FileRole,
  MigrationMapping,
  RecordRole,
} from './migration-mapping.ts';

/** The columns of the reference schema (`reference/file-migration-rollback-guide.md`). */
const REFERENCE_BATCHES = {
  batchId: 'batch_id',
  totalFiles: 'total_files',
  completedFiles: 'completed_files',
  failedFiles: 'failed_files',
  verifiedFiles: 'verified_files',
  status: 'status',
  startedAt: 'started_at',
  completedAt: 'completed_at',
} as const satisfies Record<BatchRole, string | null>;

const REFERENCE_RECORDS = {
  id: 'id',
  batchId: 'batch_id',
  fileId: 'file_id',
  sourcePath: 'source_path',
  targetKey: 'target_r2_key',
  originalChecksum: 'original_checksum',
  migratedChecksum: 'migrated_checksum',
  fileSize: 'file_size',
  status: 'status',
  errorMessage: 'error_message',
  startedAt: 'started_at',
  completedAt: 'completed_at',
  createdAt: 'created_at',
} as const satisfies Record<RecordRole, string | null>;

const REFERENCE_FILES = {
  id: 'id',
  filename: 'filename',
  userId: 'user_id',
  sourcePath: null,
  r2Key: 'r2_key',
  checksum: 'checksum',
  updatedAt: 'updated_at',
  migratedAt: null,
  migrationStatus: null,
  migrationBatchId: null,
} as const satisfies Record<FileRole, string | null>;

/** A mapping, or what keeps the tables from being one: `table x`, `column x.y`. */
export type FoundMapping =
  | { readonly kind: 'found'; readonly mapping: MigrationMapping }
  | { readonly kind: 'missing'; readonly missing: readonly string[] };

/**
 * Finds the tables that track a migration among those of a database, by what is there. Pure.
 *
 * `catalogue` holds the tables that an unqualified name reaches, in the order in which the database looks for them: of two tables
 * with the same name the first counts.
 */
export function findMapping(catalogue: readonly CatalogueTable[]): FoundMapping {
  const missing: string[] = [];
  const find = (name: string, columns: readonly (string | null)[]): string | null => {
    const table = catalogue.find((one) => one.name === name);
    if (table === undefined) {
      missing.push(`table ${name}`);
      return null;
    }
    for (const column of columns) {
      if (column !== null && !table.columns.includes(column)) {
        missing.push(`column ${name}.${column}`);
      }
    }
    return table.schema;
  };
  const batches = find('migration_batches', Object.values(REFERENCE_BATCHES));
  const records = find('file_migrations', Object.values(REFERENCE_RECORDS));
  const files = find('files', Object.values(REFERENCE_FILES));
  if (missing.length > 0) return { kind: 'missing', missing };
  return {
    kind: 'found',
    mapping: {
      variant: 'reference',
      batches: { schema: batches, name: 'migration_batches', columns: REFERENCE_BATCHES },
      records: { schema: records, name: 'file_migrations', columns: REFERENCE_RECORDS },
      files: { schema: files, name: 'files', columns: REFERENCE_FILES },
      evidence: [
        'migration_batches, file_migrations and files have the columns of the rollback guide.',
      ],
    },
  };
}
