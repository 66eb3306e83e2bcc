import { OperatorError } from '../../../../shared/domain/operator-error.ts';
import type { PlanSummary } from '../../../../shared/domain/plan.ts';
import type { CommandContext } from '../command.ts';
import { askPhrase } from './ask-phrase.ts';

/**
 * Asks the operator to type the plan's phrase and returns what makes the run start.
 *
 * `--force` skips this prompt and nothing else; so does naming the plan's digest, which is the consent of a CI job.
 * @throws CONFIRMATION_MISMATCH another text was typed, or nobody can be asked. Nothing was changed.
 * @throws CANCELLED
 */
export async function confirmPlan(
  context: CommandContext,
  request: { readonly plan: PlanSummary; readonly prompt: 'ask' | 'skip' },
): Promise<string> {
  const { plan } = request;
  if (request.prompt === 'skip') return plan.confirmationPhrase;
  if (!context.terminal.interactive) {
    throw new OperatorError('CONFIRMATION_MISMATCH', {
      message: `The plan ${plan.planId} needs a typed confirmation, and there is no terminal to ask at. Nothing was changed.`,
      hint: `Execute exactly this plan with \`${plan.executeCommand}\`, or skip the prompt with --force.`,
      details: { planId: plan.planId, planDigest: plan.digest },
    });
  }
  const typed = await askPhrase(context, {
    phrase: plan.confirmationPhrase,
    cancelled: new OperatorError('CANCELLED', {
      message: 'The confirmation was cancelled. Nothing was changed.',
      hint: `The plan is kept; to execute it: ${plan.executeCommand}`,
      details: { planId: plan.planId },
    }),
  });
  if (typed.trim() === plan.confirmationPhrase) return plan.confirmationPhrase;
  throw new OperatorError('CONFIRMATION_MISMATCH', {
    message: `What was typed is not "${plan.confirmationPhrase}". Nothing was changed.`,
    hint: `To try again with the same plan: ${plan.executeCommand}`,
    details: { planId: plan.planId },
  });
}
