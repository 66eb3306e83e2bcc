import type { Check } from '../../../shared/domain/check.ts';
import type { BatchValues, MigrationMarks, RowValues } from '../../../shared/domain/plan.ts';
import type { Scope } from '../../../shared/domain/scope.ts';
import type { BatchStatus } from '../../../shared/domain/status.ts';
import type { DatabaseKind } from '../../../shared/domain/target.ts';
import type { MigrationMapping } from '../schema/migration-mapping.ts';
import type { RowLines } from './row-lines.ts';

/** What a migration database is and whether Unwind can work on it. */
export interface DatabaseDescription {
  readonly kind: DatabaseKind;
  /** Path of the file, or `host:port/database`; for people. */
  readonly location: string;
  /** What makes this database itself across renames of the target: goes into the target's fingerprint. */
  readonly identity: string;
  /** Product and version, e.g. `SQLite 3.54.1`. */
  readonly version: string;
  /** Triggers that fire on UPDATE of a table that a rollback changes, as `table.trigger`. */
  readonly triggers: readonly string[];
  /** Which tables and columns track the migration, and why they were taken for that. */
  readonly mapping: MigrationMapping;
}

/** One row of `file_migrations` with its row of `files`. All cells are text; see `RowChange` for exactness. */
export interface MigrationRecord {
  readonly recordId: string;
  readonly batchId: string;
  readonly fileId: string | null;
  readonly sourcePath: string | null;
  readonly targetKey: string | null;
  readonly originalChecksum: string | null;
  readonly migratedChecksum: string | null;
  readonly fileSizeBytes: number | null;
  readonly errorMessage: string | null;
  readonly status: string | null;
  readonly completedAt: string | null;
  /** The row of `files` that `fileId` names; `null` where there is none. */
  readonly file: FileRow | null;
}

/** One row of `files`. */
export interface FileRow {
  readonly filename: string | null;
  readonly userId: string | null;
  readonly r2Key: string | null;
  readonly checksum: string | null;
  readonly updatedAt: string | null;
  /** What the migration noted on the file row itself; `null` where the table has no such columns. */
  readonly marks: MigrationMarks | null;
}

/** Which records to read, and which of them to leave out because nothing is left to take back. */
export interface RecordSelector {
  readonly scope: Scope;
  /** `'live'` leaves records out whose status is `rolled_back`; `'all'` reads every record in scope. */
  readonly include: 'live' | 'all';
}

/** Something outside a plan that points at an object. */
export interface ObjectReference {
  readonly key: string;
  readonly table: 'files' | 'file_migrations';
  /** `files.id` or `file_migrations.id`. */
  readonly id: string;
  /** For a record: its file and status. */
  readonly fileId: string | null;
  readonly status: string | null;
}

/** A reference with what the row recorded of the object, for the comparison with the bucket. */
export interface SizedReference extends ObjectReference {
  /** The size that the migration recorded, in bytes; `null` for a file row and where the record says nothing. */
  readonly sizeBytes: number | null;
}

/** The columns that the saved-file migration added to the file table, as they are now, and what must survive their drop. */
export interface AddedColumns {
  /** The table as SQL writes it. */
  readonly table: string;
  /** Those that are there, in the order in which the migration names them. */
  readonly columns: readonly {
    readonly name: string;
    /** The statement that `dropColumn` executes. */
    readonly dropSql: string;
    /** Adds the column again, empty: type, collation, default and NOT NULL. */
    readonly inverseSql: string;
    /** Rows in which it is not NULL. */
    readonly valueCount: number;
  }[];
  /** What keeps them from being dropped, or would go with them, by kind and name: views, indexes, constraints, triggers, generated columns, policies. */
  readonly dependents: readonly string[];
  /** The table as a CREATE TABLE statement. */
  readonly definition: string;
  /** Every other column, as the catalogue describes it, in order. */
  readonly otherColumns: readonly string[];
  /** Every index of the table, as the catalogue describes it, sorted. */
  readonly indexes: readonly string[];
  readonly rowCount: number;
}

/** `refused`: something stands in the way, as sentences; nothing was changed. */
export type ColumnDropResult =
  | { readonly result: 'dropped' | 'gone' }
  | { readonly result: 'refused'; readonly reasons: readonly string[] };

/** The matching records of one status: how many, and what they say of the size of their files. */
export interface StatusExtent {
  readonly status: string | null;
  readonly records: number;
  /** Of the records that say a size of up to 15 digits. */
  readonly bytes: number;
  readonly recordsWithoutSize: number;
}

/** What exists in the database, for the error that says why a scope is empty. */
export interface ScopeCatalogue {
  readonly batchIds: readonly string[];
  readonly userIds: readonly string[];
  readonly recordCount: number;
  readonly failedCount: number;
  /** First and last day of any record, YYYY-MM-DD; `null` for an empty table. */
  readonly firstDay: string | null;
  readonly lastDay: string | null;
}

export type TrackedTable = 'file_migrations' | 'files' | 'migration_batches';

/**
 * A whole row, every column, by column name: what snapshots and backups keep.
 *
 * A number that a double holds exactly is a number, as any JSON reader expects; any other one is its digits as text.
 */
export type FullRow = Readonly<Record<string, string | number | null>>;

/**
 * The rows of one target, read-only.
 *
 * Runs on a session that the database itself keeps from writing. Streams hold at most one chunk in memory and see one
 * consistent state of the database from their first to their last chunk.
 */
export interface MigrationReader {
  /** Number of records that `selector` matches. */
  countRecords(selector: RecordSelector): Promise<number>;
  /** Extent of the matching records by status, in ascending byte order, NULL first: the cheap answer while a scope is being chosen. */
  measureRecords(selector: RecordSelector): Promise<readonly StatusExtent[]>;
  /**
   * Streams the matching records, `chunkSize` at a time, in the order in which the database reads them fastest: the order of its
   * storage, so that what is changed in this order is changed page by page. Each record comes once.
   */
  streamRecords(
    selector: RecordSelector,
    chunkSize: number,
  ): AsyncIterable<readonly MigrationRecord[]>;
  /** Streams the distinct object keys of the matching records, of the record or else of its file row, in ascending byte order of their UTF-8 form. */
  streamObjectKeys(selector: RecordSelector, chunkSize: number): AsyncIterable<readonly string[]>;
  /** One page of the matching records, in ascending byte order of their id. */
  pageRecords(
    selector: RecordSelector,
    page: { readonly offset: number; readonly limit: number },
  ): Promise<readonly MigrationRecord[]>;
  /** Present values of the rows of up to 5,000 records, by record id. A record that is gone is absent from the map. */
  readRows(records: readonly RowAddress[]): Promise<ReadonlyMap<string, RowValues>>;
  /**
   * The statements that `applyRowChanges` executes for this change alone, in their order, with the values written in: for people to read.
   * Executed as they are they do the same. A value `RUN_TIME` stays as it is.
   */
  previewRowChange(change: RowChange): Promise<readonly string[]>;
  /** Streams everything in the database that points at an object: each `files.r2_key`, and `target_r2_key` of each record not rolled back. */
  streamReferences(chunkSize: number): AsyncIterable<readonly ObjectReference[]>;
  /**
   * As `streamReferences`, but in ascending byte order of the UTF-8 forms of key, then table, then id, beginning after the key
   * `afterKey`: the order of a bucket's listing, so that both can be joined in one pass. The database sorts; memory stays flat.
   */
  streamReferencesByKey(options: {
    readonly afterKey: string | null;
    readonly chunkSize: number;
  }): AsyncIterable<readonly SizedReference[]>;
  /** Batches with stored and recomputed counters, ordered by id; all of them, or those named. */
  readBatches(batchIds: readonly string[] | 'all'): Promise<readonly BatchStatus[]>;
  /** Stored values of the named batch rows, by batch id, exactly as `BatchChange` compares them. */
  readBatchValues(batchIds: readonly string[]): Promise<ReadonlyMap<string, BatchValues>>;
  /** Whole rows (every column) by primary key (`batch_id` for batches), for the snapshot. Rows that are gone are left out. Up to 5,000 ids. */
  readFullRows(table: TrackedTable, ids: readonly string[]): Promise<readonly FullRow[]>;
  /** What `readFullRows` gives, as the lines that a snapshot keeps; the cheaper way to all rows. Up to 5,000 ids. */
  readRowLines(table: TrackedTable, ids: readonly string[]): Promise<RowLines>;
  /**
   * What the other methods give of a record and its file row, of whole rows that `readFullRows` gave at any time: a snapshot's. Looks
   * into no table. @throws DATABASE_INVALID a cell is not written the way this database writes it.
   */
  toRecord(record: FullRow, file: FullRow | null): MigrationRecord;
  /** As `toRecord`, for what `readBatchValues` gives. */
  toBatchValues(batch: FullRow): BatchValues;
  /** The columns that the saved-file migration added to the file table, what they hold, what depends on them, and the table around them. One consistent state. */
  readAddedColumns(): Promise<AddedColumns>;
  /** What exists, for an error about an empty scope. Lists at most 20 ids of each kind. */
  readCatalogue(): Promise<ScopeCatalogue>;
  close(): Promise<void>;
}

/** Names a record and the file row that belongs to it in a plan (`null`: the file row is not part of it). */
export interface RowAddress {
  readonly recordId: string;
  readonly fileId: string | null;
}

/**
 * A compare-and-set of one record and, where `before.file` is not null, its file row.
 *
 * Values are text and exact: a value read as text and written back yields the same stored value, storage class included.
 * A time to be stamped arrives already formatted (see `MigrationWriter.formatTime`).
 */
export interface RowChange extends RowAddress {
  readonly before: RowValues;
  readonly after: RowValues;
}

/** `applied`: both rows held `before` and now hold `after`. `conflict`: something else stood there; nothing of this change was written. */
export interface RowChangeResult {
  readonly recordId: string;
  readonly result: 'applied' | 'conflict';
  /** For a conflict: what stands there now; `null` when the record is gone. */
  readonly found: RowValues | null;
}

export interface BatchChange {
  readonly batchId: string;
  readonly before: BatchValues;
  readonly after: BatchValues;
}

/** A column that a run stamps: when a record was completed, a file row changed, a batch completed. */
export type StampedColumn = 'record' | 'file' | 'batch';

/** The writing session of a run. Exists only while the run holds the target's lease. */
export interface MigrationWriter {
  /** Formats a moment the way this column writes times (by its type, else by its content): once written it reads back as this text. */
  formatTime(epochMs: number, column: StampedColumn): Promise<string>;
  /**
   * Applies a chunk of changes in one transaction; a conflict leaves that one change out and does not fail the chunk.
   *
   * Durable on return. @throws DATABASE_BUSY nothing was written. @throws COMMIT_OUTCOME_UNKNOWN read back to know.
   */
  applyRowChanges(changes: readonly RowChange[]): Promise<readonly RowChangeResult[]>;
  /** Applies one compare-and-set per batch row in one transaction; same promises as `applyRowChanges`. */
  applyBatchChanges(
    changes: readonly BatchChange[],
  ): Promise<readonly { readonly batchId: string; readonly result: 'applied' | 'conflict' }[]>;
  /**
   * Drops one of the added columns (`AddedColumns`), never with CASCADE. In one transaction that keeps every other writer out it first
   * looks again that each added column that is left holds nothing and that nothing depends on it. A second call finds it gone.
   *
   * Durable on return. @throws DATABASE_BUSY or DATABASE_TIMEOUT nothing was changed. @throws COMMIT_OUTCOME_UNKNOWN read back to know.
   */
  dropColumn(name: string): Promise<ColumnDropResult>;
  close(): Promise<void>;
}

/**
 * One PostgreSQL or D1 database that tracks a migration.
 *
 * @throws DATABASE_NOT_FOUND, DATABASE_INVALID, DATABASE_SCHEMA_MISSING, DATABASE_BUSY, DATABASE_FAILED on every method.
 */
export interface MigrationDatabase {
  /** Looks at the schema; fails with DATABASE_SCHEMA_MISSING naming every missing table and column. */
  describe(): Promise<DatabaseDescription>;
  openReader(): Promise<MigrationReader>;
  openWriter(): Promise<MigrationWriter>;
  /**
   * Looks at everything that could keep a rollback from working on this database, one check a condition, in a fixed order: reachability,
   * version, rights, a write on a read-only session that must fail, tables, indexes, lock holders. Changes nothing. Does not throw for
   * what it finds: that is a failed check.
   */
  diagnose(): Promise<readonly Check[]>;
}
