import type { DurationEstimate } from '../../../shared/domain/plan.ts';
import {
  estimateDuration,
  type MeasuredRun,
  measureRun,
} from '../../core/plan/estimate-duration.ts';
import { mappingOfDrop } from '../../core/plan/mapping-of-drop.ts';
import { rowAddressOf } from '../../core/plan/row-address.ts';
import type { RunFile } from '../../core/ports/run-file.ts';
import type { OpenTarget } from '../../core/ports/target.ts';
import { checkTarget } from '../../core/run/check-plan.ts';
import { toPlanItem } from '../../core/run/describe-run.ts';
import { findMoved } from '../../core/run/find-moved.ts';
import { previewStages } from '../../core/run/preview-stages.ts';
import type { ProcedureContext } from './procedure-context.ts';
import { isUnreadable, reading } from './read-runs.ts';

/** Newest run files among which an estimate looks for runs to go by. */
const RUNS_LOOKED_AT = 200;

/** Opens a plan and the target that it was made for. @throws PLAN_TARGET_MISMATCH */
function onTarget<T>(
  parts: ProcedureContext,
  runId: string,
  work: (runFile: RunFile, target: OpenTarget) => Promise<T>,
): Promise<T> {
  return reading(parts, runId, async (runFile) => {
    const plan = runFile.readPlan();
    const target = await parts.targets.open(plan.target.name, mappingOfDrop(plan));
    try {
      checkTarget(plan, target);
      return await work(runFile, target);
    } finally {
      await target.close();
    }
  });
}

async function estimate(parts: ProcedureContext, runId: string): Promise<DurationEstimate | null> {
  const plan = await reading(parts, runId, (runFile) => runFile.readPlan());
  const measured: MeasuredRun[] = [];
  for (const id of parts.runFiles.list().slice(0, RUNS_LOOKED_AT)) {
    try {
      const run = await reading(parts, id, measureRun);
      if (run !== undefined) measured.push(run);
    } catch (error) {
      if (!isUnreadable(error)) throw error;
    }
    await parts.clock.nextTurn();
  }
  return estimateDuration(plan, measured);
}

function sqlOf(parts: ProcedureContext, runId: string, seq: number): Promise<readonly string[]> {
  return onTarget(parts, runId, async (runFile, target) => {
    const [item] = runFile.itemsBetween(seq, seq);
    if (item === undefined || (item.rowAction !== 'reset' && item.rowAction !== 'restore')) {
      return [];
    }
    const reader = await target.database.openReader();
    try {
      const { before, after } = item;
      return await reader.previewRowChange({ ...rowAddressOf(item), before, after });
    } finally {
      await reader.close();
    }
  });
}

/** The procedures that read plans, and what a plan would be about. */
export function planReadingProcedures(parts: ProcedureContext) {
  return {
    extent: parts.os.plan.extent.handler(async ({ input }) => {
      const target = await parts.targets.open(input.target);
      try {
        const reader = await target.database.openReader();
        try {
          const statuses = await reader.measureRecords({ scope: input.scope, include: 'all' });
          return { statuses: [...statuses] };
        } finally {
          await reader.close();
        }
      } finally {
        await target.close();
      }
    }),
    estimate: parts.os.plan.estimate.handler(async ({ input }) => ({
      estimate: await estimate(parts, input.runId),
    })),
    freshness: parts.os.plan.freshness.handler(({ input, signal }) =>
      onTarget(parts, input.runId, (runFile, target) =>
        findMoved(runFile, target, parts.clock, () => signal?.aborted === true),
      ),
    ),
    sql: parts.os.plan.sql.handler(async ({ input }) => ({
      statements: [...(await sqlOf(parts, input.runId, input.seq))],
    })),
    stages: parts.os.plan.stages.handler(({ input }) =>
      reading(parts, input.runId, (runFile) => ({
        stages: previewStages(runFile, input.stages, input.sample),
      })),
    ),
    items: parts.os.plan.items.handler(({ input }) =>
      reading(parts, input.runId, (runFile) => {
        const { items, total } = runFile.queryItems(input);
        return { items: items.map(toPlanItem), total };
      }),
    ),
    itemsAfter: parts.os.plan.itemsAfter.handler(({ input }) =>
      reading(parts, input.runId, (runFile) => ({
        items: runFile.matchingItems(input).map(toPlanItem),
      })),
    ),
    groups: parts.os.plan.groups.handler(({ input }) =>
      reading(parts, input.runId, (runFile) => {
        const { groups, total } = runFile.groupItems(input);
        return { groups: [...groups], total };
      }),
    ),
  };
}
