import { consentTo } from '../../../../shared/consent.ts';
import type { TargetEntry } from '../../../../shared/contract/target.ts';
import { OperatorError } from '../../../../shared/domain/operator-error.ts';
import type { PlanSummary } from '../../../../shared/domain/plan.ts';
import type { StageRequest } from '../../../../shared/domain/stage.ts';
import type { CommandContext } from '../command.ts';
import { isBlocked, isEmpty } from '../render/plan.ts';
import { confirmPlan, type Prompt } from './confirmation.ts';
import { type WatchedRun, watchRun } from './watch-run.ts';

/** How the operator consents and what the run is told. */
export interface ExecuteOptions {
  readonly confirm?: true;
  readonly force?: true;
  readonly reason?: string;
  /** Rest for each chunk, as a multiple of the time that the chunk took. */
  readonly niceRatio?: number;
  /** `false` with `--no-backup`. */
  readonly backup?: boolean;
  /** The digest that the operator named; a plan with another one is refused. */
  readonly planDigest?: string;
  /** The stages in which it is done; left out: all at once. */
  readonly stageRequests?: readonly StageRequest[];
}

/**
 * Executes a plan that was shown: confirmation, start, progress until the end.
 * @throws PLAN_BLOCKED, CONFIRMATION_MISMATCH, CANCELLED, or what `run.start` fails with; then nothing was changed.
 */
export async function executePlan(
  context: CommandContext,
  plan: PlanSummary,
  options: ExecuteOptions,
): Promise<WatchedRun> {
  // Before the prompt: nobody types a consent for what cannot be executed.
  if (isBlocked(plan)) throw blocked(plan);
  if (isEmpty(plan)) throw nothingToDo(plan);
  const { client } = await context.open();
  const { targets } = await client.target.list({});
  const target = targets.find(({ name }) => name === plan.target.name);
  const prompt = promptFor({ plan, target, options });
  const confirmation = await confirmPlan(context, { plan, prompt });
  await client.run.start({
    runId: plan.runId,
    digest: options.planDigest ?? plan.digest,
    confirmation,
    reason: options.reason,
    snapshot: options.backup === false ? 'none' : 'take',
    stages: [...(options.stageRequests ?? [])],
    niceRatio: options.niceRatio,
  });
  return watchRun(context, plan.runId);
}

/**
 * What the guard of the plan's target wants to be asked. `--force` skips the prompt and nothing else; so does naming the plan's digest, which is
 * the consent of a CI job.
 */
function promptFor(request: {
  readonly plan: PlanSummary;
  readonly target: TargetEntry | undefined;
  readonly options: ExecuteOptions;
}): Prompt {
  const { plan, target, options } = request;
  if (options.force === true || options.planDigest !== undefined) return 'none';
  // Whatever is typed then, the target refuses the run and says why.
  const lacksReason = target?.environment === 'production' && (options.reason ?? '').trim() === '';
  const consent = consentTo(plan.kind, target?.guard ?? 'phrase');
  if (consent === 'read-only' || consent === 'silent' || lacksReason) return 'none';
  return consent;
}

function nothingToDo(plan: PlanSummary): OperatorError {
  return new OperatorError('PLAN_BLOCKED', {
    message: `The plan ${plan.planId} changes nothing: every file in its scope is done already or held.`,
    hint: 'Look at the held files, if there are any; each says what would release it.',
    details: { planId: plan.planId, held: plan.counts.held },
  });
}

function blocked(plan: PlanSummary): OperatorError {
  const blockers = plan.findings.filter((finding) => finding.severity === 'blocker');
  return new OperatorError('PLAN_BLOCKED', {
    message: `The plan ${plan.planId} cannot be executed: ${blockers.map((each) => each.message).join(' ')} Nothing was changed.`,
    hint: blockers.map((each) => each.fix).join(' '),
    details: { planId: plan.planId, blockers: blockers.map((each) => each.code) },
  });
}
