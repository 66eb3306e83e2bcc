import { api, queryClient } from './client.ts';

const LIVE_INTERVAL_MS = 2_000;
const CALM_INTERVAL_MS = 15_000;

/** The list of runs, read more often while one of them is going on. */
export function runListOptions(limit: 100 | 1000 = 100) {
  return api.run.list.queryOptions({
    input: { limit },
    refetchInterval: (query: {
      state: { data?: { runs: readonly { state: string }[] } | undefined };
    }) =>
      query.state.data?.runs.some((run) => run.state === 'running') === true
        ? LIVE_INTERVAL_MS
        : CALM_INTERVAL_MS,
  });
}

/** What rollbacks of one half left open. */
export function debtListOptions() {
  return api.debt.list.queryOptions({ input: {}, refetchInterval: CALM_INTERVAL_MS });
}

/** Targets in safe mode. */
export function safeModeListOptions() {
  return api.safeMode.list.queryOptions({ input: {}, refetchInterval: CALM_INTERVAL_MS });
}

/** Whether safe mode lets a plan be executed, or a run go on. */
export function admissionOptions(runId: string) {
  return api.safeMode.admission.queryOptions({
    input: { runId },
    refetchInterval: CALM_INTERVAL_MS,
  });
}

/** What a resume of a run would find and do. */
export function explanationOptions(runId: string) {
  return api.run.explain.queryOptions({ input: { runId } });
}

/** One run with its plan, from its file. */
export function runOptions(runId: string) {
  return api.run.get.queryOptions({ input: { runId } });
}

/** Reads again what a change of runs may have changed: runs, items, quarantine, status, targets. */
export async function refreshAfterChange(): Promise<void> {
  await queryClient.invalidateQueries();
}
