import type { SchemaVariant } from '../../../shared/domain/status.ts';

/** What the columns of a batch table mean. */
export type BatchRole =
  | 'batchId'
  | 'totalFiles'
  | 'completedFiles'
  | 'failedFiles'
  | 'verifiedFiles'
  | 'status'
  | 'startedAt'
  | 'completedAt';

/** What the columns of a record table mean. */
export type RecordRole =
  | 'id'
  | 'batchId'
  | 'fileId'
  | 'sourcePath'
  | 'targetKey'
  | 'originalChecksum'
  | 'migratedChecksum'
  | 'fileSize'
  | 'status'
  | 'errorMessage'
  | 'startedAt'
  | 'completedAt'
  | 'createdAt';

/** What the columns of a file table mean. */
export type FileRole =
  | 'id'
  | 'filename'
  | 'userId'
  | 'sourcePath'
  | 'r2Key'
  | 'checksum'
  | 'updatedAt'
  | 'migratedAt'
  | 'migrationStatus'
  | 'migrationBatchId';

/** A table of the database and the column that plays each role; `null`: this schema has no such column, it reads as NULL and is never written. */
export interface TableMapping<Role extends string> {
  /** The schema that holds the table; `null` where there are none (D1). As the catalogue spells it, not quoted. */
  readonly schema: string | null;
  /** As the catalogue spells it, not quoted. */
  readonly name: string;
  readonly columns: Readonly<Record<Role, string | null>>;
}

/** Which tables and columns of a database track a migration. */
export interface MigrationMapping {
  /** `reference`: batches, records and files as the rollback guide names them; `saved-file`: the set whose file table got five columns; `custom`: a mapping file. */
  readonly variant: SchemaVariant;
  readonly batches: TableMapping<BatchRole>;
  readonly records: TableMapping<RecordRole>;
  readonly files: TableMapping<FileRole>;
  /** Why this mapping was chosen, in sentences for people. */
  readonly evidence: readonly string[];
}

/** A table that the catalogue lists, with its columns, names as the catalogue spells them. */
export interface CatalogueTable {
  readonly schema: string | null;
  readonly name: string;
  readonly columns: readonly string[];
}
