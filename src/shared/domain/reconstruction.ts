import { z } from 'zod';
import { RunId } from './plan.ts';
import { Confidence } from './restore-source.ts';
import { TargetIdentity } from './target.ts';

/** The columns that a rollback changes, by what they mean. */
export const ReconstructedColumn = z.enum([
  'status',
  'completedAt',
  'r2Key',
  'checksum',
  'updatedAt',
]);
export type ReconstructedColumn = z.infer<typeof ReconstructedColumn>;

/** A value of a row before the runs, and how well it is known. `value` is `null` for SQL NULL and for what nobody knows. */
export const ReconstructedCell = z.strictObject({
  column: ReconstructedColumn,
  value: z.string().nullable(),
  confidence: Confidence,
});
export type ReconstructedCell = z.infer<typeof ReconstructedCell>;

/** One row as it was before the runs of Unwind that still stand, put together from all that tells of it. */
export const ReconstructedRow = z.strictObject({
  recordId: z.string(),
  batchId: z.string(),
  fileId: z.string().nullable(),
  filename: z.string().nullable(),
  sourcePath: z.string().nullable(),
  objectKey: z.string().nullable(),
  /** That of its worst cell. */
  confidence: Confidence,
  cells: z.array(ReconstructedCell),
  /** What tells of it: the snapshot, the run, or the tracking row. */
  source: z.string(),
  /** Where two sources tell of it differently, how; `null`: they agree, or there is only one. */
  disagreement: z.string().nullable(),
});
export type ReconstructedRow = z.infer<typeof ReconstructedRow>;

/** What a reconstruction came to. */
export const ReconstructionSummary = z.strictObject({
  target: TargetIdentity,
  /** The runs before which the rows are reconstructed, oldest first. */
  runIds: z.array(RunId),
  rowCount: z.number().int(),
  byConfidence: z.array(z.strictObject({ confidence: Confidence, count: z.number().int() })),
  disagreements: z.number().int(),
  /** Snapshots, backups and run files that were read. */
  sources: z.array(z.string()),
  /** What could not be read or trusted, as sentences. */
  problems: z.array(z.string()),
});
export type ReconstructionSummary = z.infer<typeof ReconstructionSummary>;
