import { z } from 'zod';

/** Name of a checkpoint, unique within its run: lower-case words with dashes between them. */
export const CheckpointName = z
  .string()
  .regex(
    /^[a-z0-9]+(-[a-z0-9]+)*$/,
    'a checkpoint name is lower-case letters and digits, with dashes between words',
  )
  .max(60);
export type CheckpointName = z.infer<typeof CheckpointName>;

/** A stage that an operator asks for: the run waits at a checkpoint once its files are rolled back and verified. */
export const StageRequest = z.strictObject({
  /** How many files, at least 1. Files that share an object or a file row stay together, so that it can be fewer, and more only for one such group. */
  files: z.number().int().min(1),
  /** Name of the checkpoint after it; left out: `after-stage-<number>`. */
  checkpoint: CheckpointName.optional(),
});
export type StageRequest = z.infer<typeof StageRequest>;

/** Most stages that can be asked for; the rest is one more. */
export const MAX_STAGES = 50;

/** What one stage of a run is about. Counts are of items that change. */
export const StageExtent = z.strictObject({
  /** From 1. */
  number: z.number().int().min(1),
  /** The checkpoint at which the run waits after it; `null` for the last stage, after which nothing is left. */
  checkpoint: CheckpointName.nullable(),
  files: z.number().int(),
  rows: z.number().int(),
  objects: z.number().int(),
  /** Bytes of the objects that go. */
  bytes: z.number().int(),
});
export type StageExtent = z.infer<typeof StageExtent>;

/** A stage of a run that has begun. */
export const Stage = z.strictObject({
  ...StageExtent.shape,
  state: z.enum(['waiting', 'running', 'done']),
  endedAt: z.string().nullable(),
});
export type Stage = z.infer<typeof Stage>;

/**
 * A named moment of a run at which something is known to be true. It is labelled by what it stands before or after, never by a bare noun.
 *
 * A `boundary` stands between stages: a run can be taken back to it. A `step` stands inside a stage.
 */
export const Checkpoint = z.strictObject({
  name: CheckpointName,
  kind: z.enum(['boundary', 'step']),
  /** "before …" or "after …". */
  label: z.string(),
  at: z.string(),
  /** The stage that it ends or stands in; 0 before the first. */
  stage: z.number().int().min(0),
  /** What the run had done by then. */
  rowsDone: z.number().int(),
  objectsDone: z.number().int(),
  drifted: z.number().int(),
  /** What is true there, in one sentence. */
  truth: z.string(),
});
export type Checkpoint = z.infer<typeof Checkpoint>;
