import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import {
  Acceptance,
  DurationEstimate,
  Freshness,
  HeldReason,
  ItemGroup,
  ItemGrouping,
  ItemOutcome,
  PlanItem,
  PlanSummary,
  RunId,
  Verdict,
} from '../domain/plan.ts';
import { Progress } from '../domain/run.ts';
import { Scope, ScopeExtent } from '../domain/scope.ts';
import { CheckpointName, MAX_STAGES, StageExtent, StageRequest } from '../domain/stage.ts';
import { procedure } from './procedure.ts';

/** What making a plan yields: progress, then the plan itself as the last event. */
export const PlanEvent = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('progress'), progress: Progress }),
  z.strictObject({ kind: z.literal('created'), plan: PlanSummary }),
]);
export type PlanEvent = z.infer<typeof PlanEvent>;

/** A stage as a plan would be done in it, with the first files of it. */
export const StagePreview = z.strictObject({ ...StageExtent.shape, sample: z.array(PlanItem) });
export type StagePreview = z.infer<typeof StagePreview>;

const ItemMatch = z.strictObject({
  verdict: Verdict.optional(),
  heldReason: HeldReason.optional(),
  outcome: ItemOutcome.optional(),
  /** Of this user, folder or batch only; see `ItemGroup`. */
  group: z.strictObject({ by: ItemGrouping, value: z.string().nullable() }).optional(),
  /** Record id, file id, name, path or object key contains it. */
  search: z.string().max(500).default(''),
});

export const planContract = {
  /**
   * Makes a plan: reads database, bucket and originals on read-only connections, writes the run file, changes no target.
   * Fails with SCOPE_EMPTY or SCOPE_CONTRADICTORY, saying what exists. Closing the iterator cancels and leaves no run file.
   */
  create: procedure
    .input(
      z.strictObject({
        target: z.string().optional(),
        scope: Scope,
        acceptances: z.array(Acceptance).default([]),
      }),
    )
    .output(eventIterator(PlanEvent)),
  /**
   * Plans the undo of a run that is over, was stopped or waits at a checkpoint: rows and objects come back, newer data is never overwritten.
   * With `toCheckpoint` only what was done after that one comes back. Fails with RUN_NOT_UNDOABLE or CHECKPOINT_NOT_FOUND.
   */
  createUndo: procedure
    .input(z.strictObject({ runId: RunId, toCheckpoint: CheckpointName.optional() }))
    .output(eventIterator(PlanEvent)),
  /** Plans the purge of a run's quarantine: the point of no return. */
  createPurge: procedure
    .input(z.strictObject({ runId: RunId, acceptances: z.array(Acceptance).default([]) }))
    .output(eventIterator(PlanEvent)),
  /** Plans to drop the columns that the saved-file migration added; what stands in the way is a blocker of the plan. */
  createDropColumns: procedure
    .input(
      z.strictObject({
        target: z.string().optional(),
        acceptances: z.array(Acceptance).default([]),
      }),
    )
    .output(eventIterator(PlanEvent)),
  /**
   * Shows how a plan would be done in stages: each with its figures and the first files of it, at most `sample`. Changes nothing.
   * Fails with USAGE_INVALID where it cannot be.
   */
  stages: procedure
    .input(
      z.strictObject({
        runId: RunId,
        stages: z.array(StageRequest).min(1).max(MAX_STAGES),
        sample: z.number().int().min(0).max(100).default(20),
      }),
    )
    .output(z.strictObject({ stages: z.array(StagePreview) })),
  /**
   * What a scope holds by the records alone: neither bucket nor originals are looked at. For the choice of a scope, before a plan is made.
   */
  extent: procedure
    .input(z.strictObject({ target: z.string().optional(), scope: Scope }))
    .output(ScopeExtent),
  /** How long executing the plan would take by earlier runs; `null`: there is none to go by. */
  estimate: procedure
    .input(z.strictObject({ runId: RunId }))
    .output(z.strictObject({ estimate: DurationEstimate.nullable() })),
  /** Compares every row and object that the plan would change with what is there now. Changes nothing, writes nothing down. */
  freshness: procedure.input(z.strictObject({ runId: RunId })).output(Freshness),
  /** The statements that change the rows of one item, with their values written in; none where its rows stay. */
  sql: procedure
    .input(z.strictObject({ runId: RunId, seq: z.number().int().min(1) }))
    .output(z.strictObject({ statements: z.array(z.string()) })),
  /** The items that match, counted by user, folder or batch: the groups with most files first, at most `limit`, and how many there are. */
  groups: procedure
    .input(
      z.strictObject({
        runId: RunId,
        by: ItemGrouping,
        ...ItemMatch.shape,
        limit: z.number().int().min(1).max(1000).default(200),
      }),
    )
    .output(z.strictObject({ groups: z.array(ItemGroup), total: z.number().int() })),
  /** One page of a plan's items, filtered and searched, and how many match in all. */
  items: procedure
    .input(
      z.strictObject({
        runId: RunId,
        ...ItemMatch.shape,
        offset: z.number().int().min(0).default(0),
        limit: z.number().int().min(1).max(500).default(100),
      }),
    )
    .output(z.strictObject({ items: z.array(PlanItem), total: z.number().int() })),
  /** The items after a position that match, in order: to read all of them, a page after the other, until one is empty. */
  itemsAfter: procedure
    .input(
      z.strictObject({
        runId: RunId,
        ...ItemMatch.shape,
        afterSeq: z.number().int().min(0),
        limit: z.number().int().min(1).max(1000),
      }),
    )
    .output(z.strictObject({ items: z.array(PlanItem) })),
};
