import type { TrackedTable } from './migration-database.ts';
import type { RowLines } from './row-lines.ts';

/** One table's part of a snapshot. */
export interface SnapshotTable {
  readonly table: TrackedTable;
  /** File name inside the snapshot's folder: `<table>.ndjson.zst`. */
  readonly file: string;
  readonly rowCount: number;
  /** SHA-256 (hex) of the uncompressed NDJSON. */
  readonly sha256: string;
  readonly plainSizeBytes: number;
  readonly storedSizeBytes: number;
}

/** `manifest.json` of a snapshot: what it holds and where it came from. Written last: a snapshot without it does not exist. */
export interface SnapshotManifest {
  readonly format: 'unwind-snapshot';
  readonly version: 1;
  readonly snapshotId: string;
  readonly runId: string;
  readonly takenAt: string;
  readonly target: string;
  readonly targetFingerprint: string;
  readonly tables: readonly SnapshotTable[];
}

/** Takes one snapshot: all rows of a table, then those of the next, then `finish`. Memory does not grow with the number of rows. */
export interface SnapshotWriter {
  readonly snapshotId: string;
  /**
   * May return before `lines` are written: their bytes must not change any more. A table ends where the next begins, and takes no more
   * rows then: it is read back while the next is written.
   */
  append(table: TrackedTable, lines: RowLines): Promise<void>;
  /** Closes the files, reads them back, checks counts and hashes, writes the manifest. Durable on return. @throws SNAPSHOT_INVALID @throws DISK_FULL */
  finish(): Promise<SnapshotManifest>;
  /** Gives the unfinished snapshot up and removes its folder. */
  abandon(): Promise<void>;
}

/** Snapshots of rows, as folders of compressed NDJSON with a manifest. */
export interface SnapshotStore {
  begin(request: {
    readonly snapshotId: string;
    readonly runId: string;
    readonly takenAt: string;
    readonly target: string;
    readonly targetFingerprint: string;
  }): Promise<SnapshotWriter>;
  /** Reads every byte again and compares with the manifest. @throws SNAPSHOT_INVALID naming what differs. */
  verify(snapshotId: string): Promise<SnapshotManifest>;
}
