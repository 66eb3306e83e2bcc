import { OperatorError } from '../../../../shared/domain/operator-error.ts';
import type { PlanSummary } from '../../../../shared/domain/plan.ts';
import type { CommandContext } from '../command.ts';
import { askPhrase, askYesNo } from './ask-phrase.ts';

/** What an operator is asked for before a plan is executed. */
export type Prompt = 'phrase' | 'confirm' | 'none';

/**
 * Asks the operator for a typed phrase or a yes, and returns what makes the run start.
 * @throws CONFIRMATION_MISMATCH another text was typed, or nobody can be asked. Nothing was changed.
 * @throws CANCELLED
 */
export async function confirmPlan(
  context: CommandContext,
  { plan, prompt }: { readonly plan: PlanSummary; readonly prompt: Prompt },
): Promise<string> {
  const phrase = plan.confirmationPhrase;
  if (prompt === 'none') return phrase;
  if (!context.terminal.interactive) {
    throw new OperatorError('CONFIRMATION_MISMATCH', {
      message: `The plan ${plan.planId} needs a confirmation, and there is no terminal to ask at. Nothing was changed.`,
      hint: `Execute exactly this plan with \`${plan.executeCommand}\`, or skip the prompt with --force.`,
      details: { planId: plan.planId, planDigest: plan.digest },
    });
  }
  const cancelled = new OperatorError('CANCELLED', {
    message: 'The confirmation was cancelled. Nothing was changed.',
    hint: `The plan is kept; to execute it: ${plan.executeCommand}`,
    details: { planId: plan.planId },
  });
  if (prompt === 'confirm') {
    const question = `Execute this plan (${phrase})?`;
    if (await askYesNo(context, { question, cancelled })) return phrase;
    throw cancelled;
  }
  const typed = await askPhrase(context, { phrase, cancelled });
  if (typed.trim() === phrase) return phrase;
  throw new OperatorError('CONFIRMATION_MISMATCH', {
    message: `What was typed is not "${phrase}". Nothing was changed.`,
    hint: `To try again with the same plan: ${plan.executeCommand}`,
    details: { planId: plan.planId },
  });
}
