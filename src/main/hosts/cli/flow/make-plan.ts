import type { PlanEvent } from '../../../../shared/contract/plan.ts';
import { invariant, OperatorError } from '../../../../shared/domain/operator-error.ts';
import type { PlanItem, PlanSummary } from '../../../../shared/domain/plan.ts';
import type { StageRequest } from '../../../../shared/domain/stage.ts';
import type { UnwindClient } from '../../engine/client.ts';
import type { CommandContext } from '../command.ts';
import { withCarriedOptions } from '../execute-command.ts';
import type { PlanPages } from '../render/plan.ts';
import { createProgressLine } from './progress-line.ts';

const sampleCount = 5;
const heldCount = 100;

/** Starts making a plan; `signal` cancels it. */
export type StartPlan = (signal: AbortSignal) => Promise<AsyncIterable<PlanEvent>>;

/**
 * Makes a plan, with progress. Ctrl-C cancels it and leaves nothing behind.
 * @throws CANCELLED
 */
export async function followPlan(context: CommandContext, start: StartPlan): Promise<PlanSummary> {
  const line = createProgressLine(context.terminal, { quiet: context.globals.quiet === true });
  const abort = new AbortController();
  const stopListening = context.interrupts.listen(() => {
    abort.abort();
  });
  try {
    const plan = await lastPlan(await start(abort.signal), line.update);
    return withCarriedOptions(plan, context.globals);
  } catch (error) {
    if (!abort.signal.aborted) throw error;
    throw new OperatorError('CANCELLED', {
      message: 'Planning was cancelled. Nothing was changed and no plan was kept.',
      hint: 'Run the command again to plan anew.',
      cause: error,
    });
  } finally {
    stopListening();
    line.end();
  }
}

/** The first items of a plan: some that change, the held ones, and those of each stage. */
export async function planPages(
  client: UnwindClient,
  plan: PlanSummary,
  requests: readonly StageRequest[] = [],
): Promise<PlanPages> {
  const page = async (filter: {
    verdict: 'change' | 'held';
    limit: number;
  }): Promise<PlanItem[]> => {
    const { items } = await client.plan.items({ runId: plan.runId, ...filter });
    return items;
  };
  const [sample, held, { estimate }] = await Promise.all([
    page({ verdict: 'change', limit: sampleCount }),
    page({ verdict: 'held', limit: heldCount }),
    client.plan.estimate({ runId: plan.runId }),
  ]);
  if (requests.length === 0) return { plan, sample, held, estimate };
  const { stages } = await client.plan.stages({ runId: plan.runId, stages: [...requests] });
  return { plan, sample, held, estimate, stages };
}

async function lastPlan(
  events: AsyncIterable<PlanEvent>,
  onProgress: (progress: Extract<PlanEvent, { kind: 'progress' }>['progress']) => void,
): Promise<PlanSummary> {
  let plan: PlanSummary | undefined;
  for await (const event of events) {
    if (event.kind === 'progress') onProgress(event.progress);
    else plan = event.plan;
  }
  invariant(plan !== undefined, 'Planning ended without a plan.');
  return plan;
}
