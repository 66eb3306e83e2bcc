import { z } from 'zod';
import { Operator, TargetIdentity } from './target.ts';

/** Id of a reconcile report: a ULID. */
export const ReportId = z
  .string()
  .regex(/^[0-9A-HJKMNP-TV-Z]{26}$/, 'an id is 26 characters of a ULID');

/**
 * What can be wrong between bucket and database.
 *
 * `orphan-object`: no row points at it. `dangling-row`: a row says that an object exists, and none does. `size-differs`: the
 * object has another size than the migration recorded. Contents are not compared: sizes are facts of a listing, contents are not.
 */
export const ReconcileFindingKind = z.enum(['orphan-object', 'dangling-row', 'size-differs']);
export type ReconcileFindingKind = z.infer<typeof ReconcileFindingKind>;

/** One thing that is wrong, as it was when the report ended. Row fields are `null` for an orphan, object fields for a dangling row. */
export const ReconcileFinding = z.strictObject({
  /** Position in the report, from 1, in the order of the bytes of the keys. */
  seq: z.number().int().min(1),
  kind: ReconcileFindingKind,
  key: z.string(),
  table: z.enum(['files', 'file_migrations']).nullable(),
  rowId: z.string().nullable(),
  fileId: z.string().nullable(),
  status: z.string().nullable(),
  recordedSizeBytes: z.number().int().nullable(),
  objectSizeBytes: z.number().int().nullable(),
  /** ISO 8601 UTC. */
  lastModified: z.string().nullable(),
});
export type ReconcileFinding = z.infer<typeof ReconcileFinding>;

/** How much was looked at. */
export const ReconcileTotals = z.strictObject({
  objects: z.number().int(),
  sizeBytes: z.number().int(),
  /** References: file rows with a key, and records that are not rolled back. */
  rows: z.number().int(),
});
export type ReconcileTotals = z.infer<typeof ReconcileTotals>;

/** Findings of one kind. Bytes are those of the objects; of dangling rows, what the rows recorded. */
export const ReconcileKindCount = z.strictObject({
  kind: ReconcileFindingKind,
  count: z.number().int(),
  sizeBytes: z.number().int(),
});
export type ReconcileKindCount = z.infer<typeof ReconcileKindCount>;

/** The keys below one first folder; `''` stands for keys without a folder. */
export const ReconcileFolder = z.strictObject({
  folder: z.string(),
  objects: z.number().int(),
  sizeBytes: z.number().int(),
  orphanObjects: z.number().int(),
  orphanBytes: z.number().int(),
  danglingRows: z.number().int(),
  sizeDiffers: z.number().int(),
});
export type ReconcileFolder = z.infer<typeof ReconcileFolder>;

/** Copies below the quarantine's prefix: not orphans, but kept by a run. */
export const ReconcileQuarantine = z.strictObject({
  /** The run whose folder it is; `null` for what lies there without one. */
  runId: z.string().nullable(),
  /** Whether this workspace has the run's file. */
  known: z.boolean(),
  objects: z.number().int(),
  sizeBytes: z.number().int(),
});
export type ReconcileQuarantine = z.infer<typeof ReconcileQuarantine>;

/** One line of the list of reports. `unfinished`: stopped or died, can be resumed; `running`: a process is at work on it. */
export const ReconcileSummary = z.strictObject({
  reportId: ReportId,
  state: z.enum(['running', 'unfinished', 'finished']),
  /** `null` while another process holds the file. */
  targetName: z.string().nullable(),
  startedAt: z.string(),
  finishedAt: z.string().nullable(),
  totals: ReconcileTotals.nullable(),
  kinds: z.array(ReconcileKindCount),
  file: z.string(),
});
export type ReconcileSummary = z.infer<typeof ReconcileSummary>;

/** A finished report without its findings. */
export const ReconcileReport = z.strictObject({
  reportId: ReportId,
  target: TargetIdentity,
  startedAt: z.string(),
  startedBy: Operator,
  finishedAt: z.string(),
  file: z.string(),
  totals: ReconcileTotals,
  kinds: z.array(ReconcileKindCount),
  /** What looked wrong at first and was right when it was looked at again at the end. */
  settledMeanwhile: z.number().int(),
  /** The folders with most findings, at most 100, of `folderCount`. */
  folders: z.array(ReconcileFolder),
  folderCount: z.number().int(),
  quarantine: z.array(ReconcileQuarantine),
});
export type ReconcileReport = z.infer<typeof ReconcileReport>;

/** Whether a report holds what breaks a promise of the data: a row without its object, or an object of another size. */
export function breaksIntegrity(kinds: readonly ReconcileKindCount[]): boolean {
  return kinds.some(({ kind, count }) => kind !== 'orphan-object' && count > 0);
}
