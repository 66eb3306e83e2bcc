import type { SnapshotEntry, SnapshotVerification } from '../../../shared/domain/snapshot.ts';
import type { FullRow, TrackedTable } from './migration-database.ts';

/** The column of each table by which its rows are found, as the database spells it. */
export type KeyColumns = Readonly<Record<TrackedTable, string>>;

/**
 * The rows of one snapshot, verified whole while they were read, and kept on disk until `close`: memory does not grow with them.
 *
 * What was hashed is what is read here; nobody can change a file in between.
 */
export interface SnapshotRows {
  readonly entry: SnapshotEntry;
  countRows(table: TrackedTable): number;
  /** Rows after the key `afterKey` (`''`: from the first), in ascending byte order of their keys. */
  pageRows(
    table: TrackedTable,
    page: { readonly afterKey: string; readonly limit: number },
  ): readonly { readonly key: string; readonly row: FullRow }[];
  /** Rows by key; one that the snapshot has not is absent from the map. */
  findRows(table: TrackedTable, keys: readonly string[]): ReadonlyMap<string, FullRow>;
  /** Forgets the rows. A second call does nothing. */
  close(): void;
}

/**
 * The snapshots of a workspace, and the backups in the reference's format beside them.
 *
 * @throws FILE_FAILED on every method.
 */
export interface SnapshotCatalogue {
  /** Everything there is, newest first; a damaged one is listed with what is wrong. Reads no row. */
  list(): Promise<readonly SnapshotEntry[]>;
  /** @throws SNAPSHOT_NOT_FOUND */
  find(snapshotId: string): Promise<SnapshotEntry>;
  /** Reads every byte again. Remembers nothing. @throws SNAPSHOT_NOT_FOUND */
  check(snapshotId: string): Promise<Omit<SnapshotVerification, 'at'>>;
  /** Keeps what a verification found. Durable on return. */
  remember(snapshotId: string, verification: SnapshotVerification): Promise<void>;
  /** Reads every byte, keeps the rows, and gives them only when all of it is sound. @throws SNAPSHOT_NOT_FOUND @throws SNAPSHOT_INVALID */
  openRows(snapshotId: string, keys: KeyColumns): Promise<SnapshotRows>;
}
