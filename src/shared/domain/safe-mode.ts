import { z } from 'zod';
import { RunId } from './plan.ts';
import { Scope } from './scope.ts';

/** Something that could not be decided, and for which a target is read-only for Unwind. Times are ISO 8601 UTC. */
const SafeModeReason = z.strictObject({
  at: z.string(),
  /** The run that met it. */
  runId: RunId,
  /** An error code, e.g. `VERIFICATION_FAILED`. */
  code: z.string(),
  sentence: z.string(),
  facts: z.record(z.string(), z.json()),
});

/** The exits of safe mode. Each goes through a plan or a run with its guards, except the last, which takes an operator's reason. */
export const SafeModeExitKind = z.enum(['retry', 'replan', 'undo', 'restore', 'leave']);
export type SafeModeExitKind = z.infer<typeof SafeModeExitKind>;

/** One exit. */
export const SafeModeExit = z.strictObject({
  kind: SafeModeExitKind,
  /** The run that it is about; `null` for leaving with a reason. */
  runId: RunId.nullable(),
  /** Of a plan that would be made anew; `null` for every other exit. */
  scope: Scope.nullable(),
  title: z.string(),
  /** What it does and what it leaves open. */
  sentence: z.string(),
  /** The CLI command. */
  command: z.string(),
  /** Why it cannot be taken now; `null` when it can. */
  closedBecause: z.string().nullable(),
});
export type SafeModeExit = z.infer<typeof SafeModeExit>;

/** A target in safe mode: since when, why, and how to get out. */
export const SafeMode = z.strictObject({
  targetName: z.string(),
  fingerprint: z.string(),
  since: z.string(),
  /** Oldest first. */
  reasons: z.array(SafeModeReason).min(1),
  exits: z.array(SafeModeExit),
  /** What the operator types to leave it with a reason. */
  leavePhrase: z.string(),
});
export type SafeMode = z.infer<typeof SafeMode>;

/** Whether a plan may be executed, or a run go on, as far as safe mode is concerned. */
export const SafeModeAdmission = z.strictObject({
  /** `free`: the target is not in safe mode. `exit`: it is, and this leads out of it. */
  admission: z.enum(['free', 'exit', 'refused']),
  /** Why, for people; `null` where there is nothing to say. */
  sentence: z.string().nullable(),
});
export type SafeModeAdmission = z.infer<typeof SafeModeAdmission>;

/** What happened to the safe mode of its target in a run; `null` in a run that had nothing to do with it. */
export const SafeModeNote = z.strictObject({
  at: z.string(),
  event: z.enum(['entered', 'left']),
  sentence: z.string(),
});
export type SafeModeNote = z.infer<typeof SafeModeNote>;

/** The phrase that consents to leaving safe mode. */
export function leavePhrase(targetName: string): string {
  return `leave safe mode of ${targetName}`;
}
