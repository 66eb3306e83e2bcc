import { z } from 'zod';

/** What planning took. */
export const PlanWork = z.object({
  seconds: z.number(),
  cpuSeconds: z.number(),
  peakMiB: z.number(),
  runId: z.string(),
  digest: z.string(),
  confirmation: z.string(),
  /** Files that the plan changes. */
  changing: z.number(),
});
export type PlanWork = z.infer<typeof PlanWork>;

/** What a run took, step by step. */
export const RunWork = z.object({
  seconds: z.number(),
  peakMiB: z.number(),
  state: z.string(),
  /** From the request to the moment that the run stands: the checks of plan, consent and freshness. */
  checkSeconds: z.number(),
  steps: z.array(z.object({ name: z.string(), seconds: z.number() })),
});
export type RunWork = z.infer<typeof RunWork>;

/** Seconds of one step; not a number when the run had no such step. */
export function secondsOf(run: RunWork, step: string): number {
  return run.steps.find(({ name }) => name === step)?.seconds ?? Number.NaN;
}

/** How late the serving thread's timers came while plan and run were under way on the engine thread. */
export const ThreadWork = z.object({ p99Ms: z.number(), maxMs: z.number() });
export type ThreadWork = z.infer<typeof ThreadWork>;
