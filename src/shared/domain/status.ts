import { z } from 'zod';
import { Proof } from './plan.ts';
import { TargetIdentity } from './target.ts';

/** A batch with its stored counters and the same counters computed from its records. */
export const BatchStatus = z.strictObject({
  batchId: z.string(),
  status: z.string().nullable(),
  totalFiles: z.number().int().nullable(),
  stored: z.strictObject({
    completed: z.number().int().nullable(),
    failed: z.number().int().nullable(),
    verified: z.number().int().nullable(),
  }),
  recomputed: z.strictObject({
    records: z.number().int(),
    completed: z.number().int(),
    failed: z.number().int(),
    verified: z.number().int(),
    pending: z.number().int(),
    rolledBack: z.number().int(),
  }),
  /** Whether stored and recomputed counters agree. */
  countersAgree: z.boolean(),
  startedAt: z.string().nullable(),
  completedAt: z.string().nullable(),
});
export type BatchStatus = z.infer<typeof BatchStatus>;

/** One of the three places where the truth about a file lives. */
export const Truth = z.strictObject({ proof: Proof, detail: z.string() });
export type Truth = z.infer<typeof Truth>;

/** A migration record with the three-way truth: does the row, the object and the original agree with it? */
export const RecordStatus = z.strictObject({
  recordId: z.string(),
  batchId: z.string(),
  fileId: z.string().nullable(),
  userId: z.string().nullable(),
  filename: z.string().nullable(),
  sourcePath: z.string().nullable(),
  objectKey: z.string().nullable(),
  status: z.string().nullable(),
  sizeBytes: z.number().int().nullable(),
  errorMessage: z.string().nullable(),
  row: Truth,
  object: Truth,
  original: Truth,
});
export type RecordStatus = z.infer<typeof RecordStatus>;

/** Which set of tables tracks the migration: the reference's, the saved-file migration's, or one that a mapping file names. */
export const SchemaVariant = z.enum(['reference', 'saved-file', 'custom']);
export type SchemaVariant = z.infer<typeof SchemaVariant>;

/** The status board of a target, or of one batch or user of it. */
export const StatusReport = z.strictObject({
  target: TargetIdentity,
  schemaVariant: SchemaVariant,
  checkedAt: z.string(),
  batches: z.array(BatchStatus),
  records: z.array(RecordStatus),
  /** Records that match, of which `records` holds at most `limit`. */
  recordCount: z.number().int(),
  limit: z.number().int(),
  offset: z.number().int(),
});
export type StatusReport = z.infer<typeof StatusReport>;
