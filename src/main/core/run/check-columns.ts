import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { AddedColumns } from '../ports/migration-database.ts';
import type { RunFiles, StoredPlan } from '../ports/run-file.ts';
import type { OpenTarget } from '../ports/target.ts';

/**
 * Compares a plan that drops columns with the table and with the runs of the workspace as they are now (reads only).
 * @throws PLAN_STALE naming what moved. Nothing was changed.
 */
export async function checkColumnsFresh(
  plan: StoredPlan,
  target: OpenTarget,
  runFiles: RunFiles,
): Promise<void> {
  const reader = await target.database.openReader();
  try {
    const moved = [
      ...movedSince(plan, await reader.readAddedColumns()),
      ...runsSince(plan, runFiles).map((runId) => `run ${runId} of this target began since`),
    ];
    if (moved.length === 0) return;
    throw new OperatorError('PLAN_STALE', {
      message: `The plan is stale: ${moved.join('; ')}. Nothing was changed.`,
      hint: 'Make the plan again with `unwind drop-columns`; it says what stands in the way.',
      details: { moved },
    });
  } finally {
    await reader.close();
  }
}

function movedSince({ columnDrop }: StoredPlan, now: AddedColumns): readonly string[] {
  const planned = columnDrop?.columns.map(({ name }) => name) ?? [];
  const same = planned.join() === now.columns.map(({ name }) => name).join();
  return [
    ...(same ? [] : ['other columns are there than were planned']),
    ...(now.definition === columnDrop?.definition ? [] : ['the definition of the table changed']),
    ...now.columns
      .filter(({ valueCount }) => valueCount > 0)
      .map(({ name, valueCount }) => `${name} has a value in ${String(valueCount)} rows`),
    ...now.dependents.map((dependent) => `${dependent} depends on the columns`),
  ];
}

/** Runs that began after the plan was made: each of them may need the columns for its undo. */
function runsSince(plan: StoredPlan, runFiles: RunFiles): readonly string[] {
  return runFiles.list().filter((runId) => {
    if (runId === plan.runId) return false;
    const file = runFiles.open(runId, 'read');
    try {
      const { startedAt } = file.readRun();
      const isOurs = file.readPlan().target.fingerprint === plan.target.fingerprint;
      return isOurs && startedAt !== null && startedAt > plan.createdAt;
    } finally {
      file.close();
    }
  });
}
