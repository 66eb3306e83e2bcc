import type { SeedBatch } from './batches.ts';
import type { Fate } from './fates.ts';

/** A row by column, as it goes into the table. */
export type SeedRow = Readonly<Record<string, string | number | null>>;

/** Rows by table of the reference's schema. */
export interface SeedRows {
  readonly batches: readonly SeedRow[];
  readonly records: readonly SeedRow[];
  readonly files: readonly SeedRow[];
}

/** An object of the bucket. */
export interface SeedObject {
  readonly key: string;
  readonly content: Buffer;
  readonly contentType: string;
  readonly userId: string | null;
  /** The batch that put it there; `null` for what no migration made. */
  readonly batchId: string | null;
}

/** An original on disk. */
export interface SeedOriginal {
  /** Below the folder of originals, with forward slashes. */
  readonly path: string;
  readonly content: Buffer;
  readonly modifiedAt: Date;
}

/** Everything that a sandbox holds, as a value: rows by table, objects and originals. */
export interface MigratedSet extends SeedRows {
  readonly objects: readonly SeedObject[];
  readonly originals: readonly SeedOriginal[];
}

/** One file of a batch with all that its rows, its object and its original are made from. */
export interface SeedFile {
  readonly batch: SeedBatch;
  readonly fate: Fate;
  readonly recordId: string;
  readonly fileId: string;
  readonly userId: string;
  readonly filename: string;
  readonly sourcePath: string;
  readonly key: string;
  /** What the migrator read from the original. */
  readonly content: Buffer;
  /** What the migrator put into the bucket, which is not the same where the upload went wrong. */
  readonly uploaded: Buffer;
  /** The newer object that replaced it under another key. */
  readonly replacement: SeedObject | undefined;
  /** SQL text; `startedAt` is when the migrator began with this file. */
  readonly createdAt: string;
  readonly startedAt: string;
  readonly completedAt: string;
}
