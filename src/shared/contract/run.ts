import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { PlanDigest, RunId } from '../domain/plan.ts';
import {
  NiceRatio,
  Progress,
  RecoveryExplanation,
  RunDetail,
  RunList,
  Verification,
} from '../domain/run.ts';
import { MAX_STAGES, StageRequest } from '../domain/stage.ts';
import { procedure } from './procedure.ts';

const OneRun = z.strictObject({ runId: RunId });

export const runContract = {
  /**
   * Starts executing a plan and returns at once; `watch` tells how it goes.
   * Fails with USAGE_INVALID (stages that cannot be), PLAN_STALE, PLAN_DIGEST_MISMATCH, PLAN_TARGET_MISMATCH, PLAN_ALREADY_EXECUTED, PLAN_EDITED, PLAN_BLOCKED,
   * CONFIRMATION_MISMATCH, BACKUP_REQUIRED, TARGET_READ_ONLY, REASON_REQUIRED or TARGET_LOCKED; then nothing was changed.
   */
  start: procedure
    .input(
      z.strictObject({
        runId: RunId,
        digest: PlanDigest,
        /** Exactly the plan's `confirmationPhrase`. */
        confirmation: z.string(),
        /** Kept in run file, audit and report; required where the target is production. */
        reason: z.string().max(2000).optional(),
        /** `'none'` leaves the snapshot out: allowed only for a plan that removes no object. */
        snapshot: z.enum(['take', 'none']).default('take'),
        /** The stages but the last, which takes the rest; the run waits at a checkpoint after each. Empty: all at once. */
        stages: z.array(StageRequest).max(MAX_STAGES).default([]),
        niceRatio: NiceRatio.default(0),
      }),
    )
    .output(OneRun),
  /**
   * Goes on with an interrupted, stopped, failed or partial run, or with the next stage of one that waits at a checkpoint: probes the world,
   * explains each decision, finishes. Fails with RUN_NOT_RESUMABLE, also where an undo has begun to take the run back, or TARGET_READ_ONLY.
   */
  resume: procedure
    .input(z.strictObject({ runId: RunId, niceRatio: NiceRatio.default(0) }))
    .output(OneRun),
  /**
   * What a resume would find and do, sentence by sentence: reads run file and target, changes nothing. Fails as `get` does, and with the
   * target's own error when it cannot be read.
   */
  explain: procedure.input(OneRun).output(RecoveryExplanation),
  /** Yields progress until the run ends, pauses for nothing, starts with the present state. Ends at once when nothing runs. */
  watch: procedure.input(OneRun).output(eventIterator(Progress)),
  /** Holds the run at the next safe boundary. */
  pause: procedure.input(OneRun).output(z.strictObject({})),
  /** Lets a paused run go on. */
  continue: procedure.input(OneRun).output(z.strictObject({})),
  /** Slows the run down, or lets it go at full speed again, from the next safe boundary on. Fails with RUN_NOT_RESUMABLE where this process does not execute it. */
  throttle: procedure
    .input(z.strictObject({ runId: RunId, niceRatio: NiceRatio }))
    .output(z.strictObject({})),
  /** Stops the run at the next safe boundary; it can be resumed. Returns when it has stopped. */
  stop: procedure.input(OneRun).output(RunDetail),
  /** All runs and plans of the workspace, newest first. A file that cannot be read hides no other, and is named with what is wrong. */
  list: procedure
    .input(z.strictObject({ limit: z.number().int().min(1).max(1000).default(100) }))
    .output(RunList),
  /** One run, read from its file. Fails with RUN_NOT_FOUND or RUN_FILE_INVALID. */
  get: procedure.input(OneRun).output(RunDetail),
  /** Brings a run file from elsewhere on this machine into view (CLI `--plan FILE`). Fails with RUN_FILE_INVALID. */
  openFile: procedure.input(z.strictObject({ path: z.string().min(1) })).output(RunDetail),
  /** Re-reads every row and object that the run was about, and what it must not have changed; appends the result to the run file. */
  verify: procedure.input(OneRun).output(Verification),
  /** The report of a run as Markdown. */
  report: procedure.input(OneRun).output(z.strictObject({ markdown: z.string() })),
};
