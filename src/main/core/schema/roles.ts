import type { BatchRole, FileRole, RecordRole } from './migration-mapping.ts';

/** What is known of a role before any database is looked at. */
export interface RoleRule {
  /** `required`: without this column nothing can be rolled back; `optional`: reads as NULL and is never written where it is absent. */
  readonly need: 'required' | 'optional';
  /** The column of the reference schema (`file-migration-rollback-guide.md`), all of which must be there; `null`: it has none. */
  readonly reference: string | null;
  /** Names that the saved-file migration may have given it (`file-migration-tools-summary.md` names the five columns only), best first. */
  readonly savedFile: readonly string[];
}

/**
 * Every role, in the one table that decides which a migration can do without.
 *
 * A record may lack key and source path: the file row's are read then. Without a source path in either table no original could be
 * found and nothing could be proved, so that `findMapping` asks for one of the two.
 */
export const batchRoles: Readonly<Record<BatchRole, RoleRule>> = {
  batchId: { need: 'required', reference: 'batch_id', savedFile: ['batch_id', 'id'] },
  totalFiles: { need: 'optional', reference: 'total_files', savedFile: ['total_files'] },
  completedFiles: {
    need: 'optional',
    reference: 'completed_files',
    savedFile: ['completed_files', 'migrated_files'],
  },
  failedFiles: { need: 'optional', reference: 'failed_files', savedFile: ['failed_files'] },
  verifiedFiles: { need: 'optional', reference: 'verified_files', savedFile: ['verified_files'] },
  status: { need: 'required', reference: 'status', savedFile: ['status'] },
  startedAt: { need: 'optional', reference: 'started_at', savedFile: ['started_at'] },
  completedAt: { need: 'optional', reference: 'completed_at', savedFile: ['completed_at'] },
};

export const recordRoles: Readonly<Record<RecordRole, RoleRule>> = {
  id: { need: 'required', reference: 'id', savedFile: ['id', 'record_id'] },
  batchId: {
    need: 'required',
    reference: 'batch_id',
    savedFile: ['batch_id', 'migration_batch_id'],
  },
  fileId: {
    need: 'required',
    reference: 'file_id',
    savedFile: ['file_id', 'saved_file_id', 'savedfile_id'],
  },
  sourcePath: {
    need: 'optional',
    reference: 'source_path',
    savedFile: ['source_path', 'file_path', 'original_path'],
  },
  targetKey: {
    need: 'optional',
    reference: 'target_r2_key',
    savedFile: ['target_r2_key', 'r2_key', 'target_key'],
  },
  originalChecksum: {
    need: 'optional',
    reference: 'original_checksum',
    savedFile: ['original_checksum', 'source_checksum', 'checksum'],
  },
  migratedChecksum: {
    need: 'optional',
    reference: 'migrated_checksum',
    savedFile: ['migrated_checksum', 'target_checksum', 'r2_checksum'],
  },
  fileSize: { need: 'optional', reference: 'file_size', savedFile: ['file_size', 'size_bytes'] },
  status: { need: 'required', reference: 'status', savedFile: ['status', 'migration_status'] },
  errorMessage: {
    need: 'optional',
    reference: 'error_message',
    savedFile: ['error_message', 'error'],
  },
  startedAt: { need: 'optional', reference: 'started_at', savedFile: ['started_at'] },
  completedAt: {
    need: 'optional',
    reference: 'completed_at',
    savedFile: ['completed_at', 'migrated_at'],
  },
  createdAt: { need: 'optional', reference: 'created_at', savedFile: ['created_at'] },
};

export const fileRoles: Readonly<Record<FileRole, RoleRule>> = {
  id: { need: 'required', reference: 'id', savedFile: ['id'] },
  filename: {
    need: 'optional',
    reference: 'filename',
    savedFile: ['filename', 'file_name', 'name'],
  },
  userId: { need: 'optional', reference: 'user_id', savedFile: ['user_id', 'owner_id'] },
  sourcePath: {
    need: 'optional',
    reference: null,
    savedFile: ['file_path', 'source_path', 'original_path'],
  },
  r2Key: { need: 'required', reference: 'r2_key', savedFile: ['r2_key'] },
  checksum: { need: 'optional', reference: 'checksum', savedFile: ['checksum'] },
  updatedAt: { need: 'optional', reference: 'updated_at', savedFile: ['updated_at'] },
  migratedAt: { need: 'optional', reference: null, savedFile: ['migrated_at'] },
  migrationStatus: { need: 'optional', reference: null, savedFile: ['migration_status'] },
  migrationBatchId: { need: 'optional', reference: null, savedFile: ['migration_batch_id'] },
};

/** The columns that the saved-file migration adds to the file table: what that table is recognised by. */
export const addedColumns = [
  'r2_key',
  'migrated_at',
  'migration_status',
  'migration_batch_id',
  'checksum',
] as const;

/** The tables of the reference schema and of the saved-file set; the saved-file migration's file table is known by its columns only. */
export const tableNames = {
  reference: { batches: 'migration_batches', records: 'file_migrations', files: 'files' },
  savedFile: { batches: 'file_migration_batches', records: 'file_migration_records' },
} as const;
