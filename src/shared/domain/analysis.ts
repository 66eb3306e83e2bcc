import { z } from 'zod';
import { PlanKind, RunId } from './plan.ts';
import { RunState } from './run.ts';

/** A run that took longer than this is slow: the reference's threshold for a rollback, in milliseconds. */
export const SLOW_RUN_MS = 300_000;

/** How long runs took, in milliseconds from their start to their end, pauses and resumes included. `null` where no run has ended. */
export const DurationFigures = z.strictObject({
  medianMs: z.number().nullable(),
  p95Ms: z.number().nullable(),
  longestMs: z.number().nullable(),
});
export type DurationFigures = z.infer<typeof DurationFigures>;

/** What a group of runs came to. Items are files; of a purge, objects; of a drop of columns, columns. */
export const AnalysisFigures = z.strictObject({
  runs: z.number().int(),
  succeeded: z.number().int(),
  partial: z.number().int(),
  failed: z.number().int(),
  interrupted: z.number().int(),
  /** Stopped by the operator, at a checkpoint, or still going on: no outcome yet. */
  open: z.number().int(),
  itemsPlanned: z.number().int(),
  itemsDone: z.number().int(),
  /** Items whose change failed, and those that a failed or interrupted run did not come to. */
  itemsFailed: z.number().int(),
  /** Items that were left alone because they had moved since the plan. */
  itemsDrifted: z.number().int(),
  /** 0 to 1: done items among those that runs with an outcome planned. `null` where they planned none. */
  successFraction: z.number().min(0).max(1).nullable(),
  /** 0 to 1: failed items among the same. What drifted is neither. */
  failureFraction: z.number().min(0).max(1).nullable(),
  bytesQuarantined: z.number().int(),
  bytesFreed: z.number().int(),
  /** How often a run was gone on with after a stop, a failure or the end of its process. */
  resumes: z.number().int(),
  durations: DurationFigures,
});
export type AnalysisFigures = z.infer<typeof AnalysisFigures>;

/** Runs that share a name: a target, or an operator as `user@host`. */
export const AnalysisGroup = z.strictObject({ name: z.string(), figures: AnalysisFigures });
export type AnalysisGroup = z.infer<typeof AnalysisGroup>;

/** The runs that began on one day in UTC. Days without a run are there too. */
export const AnalysisDay = z.strictObject({
  /** `YYYY-MM-DD`. */
  day: z.string(),
  figures: AnalysisFigures,
});
export type AnalysisDay = z.infer<typeof AnalysisDay>;

/** Errors of one code that ended runs. */
export const AnalysisError = z.strictObject({
  code: z.string(),
  count: z.number().int(),
  /** The newest of them. */
  lastRunId: RunId,
  lastMessage: z.string(),
});
export type AnalysisError = z.infer<typeof AnalysisError>;

/** A run that took longer than `SLOW_RUN_MS`. */
export const SlowRun = z.strictObject({
  runId: RunId,
  kind: PlanKind,
  state: RunState,
  targetName: z.string(),
  startedAt: z.string(),
  durationMs: z.number(),
});
export type SlowRun = z.infer<typeof SlowRun>;

/** One message of a log, with what differs from entry to entry taken out, and how often it stands there. */
const LogMessage = z.strictObject({
  level: z.string(),
  message: z.string(),
  count: z.number().int(),
});
export type LogMessage = z.infer<typeof LogMessage>;

/** What one `rollback_*.log` of the reference, or of Unwind, holds. */
export const LogAnalysis = z.strictObject({
  path: z.string(),
  /** Lines that are entries. */
  entries: z.number().int(),
  /** Lines that are not: parts of an entry with line breaks, or of another format. */
  otherLines: z.number().int(),
  /** Of the first and last entry, as the log writes it; `null` for a log without entries. */
  firstAt: z.string().nullable(),
  lastAt: z.string().nullable(),
  durationMs: z.number().nullable(),
  levels: z.array(z.strictObject({ level: z.string(), count: z.number().int() })),
  /** Warnings and errors, most frequent first; at most 20. */
  problems: z.array(LogMessage),
  /** Entries of the audit file of the same run; `null` where there is none beside the log or it cannot be read. */
  operations: z.strictObject({ total: z.number().int(), failed: z.number().int() }).nullable(),
});
export type LogAnalysis = z.infer<typeof LogAnalysis>;

/** What the runs of a workspace came to, over a number of days. Times are ISO 8601 UTC. */
export const Analysis = z.strictObject({
  from: z.string(),
  to: z.string(),
  /** Only runs of this target; `null` for all. */
  targetName: z.string().nullable(),
  figures: AnalysisFigures,
  targets: z.array(AnalysisGroup),
  operators: z.array(AnalysisGroup),
  days: z.array(AnalysisDay),
  errors: z.array(AnalysisError),
  /** Longest first; at most 20. */
  slowRuns: z.array(SlowRun),
  /** Logs of other tools in the reference's format: those in the workspace's `logs/` that belong to no run file. */
  otherLogs: z.array(LogAnalysis),
  /** Run files that could not be read, and are missing in every figure. */
  unreadable: z.array(z.string()),
});
export type Analysis = z.infer<typeof Analysis>;
