import { createInterface } from 'node:readline/promises';
import { OperatorError } from '../../../../shared/domain/operator-error.ts';
import type { PlanSummary } from '../../../../shared/domain/plan.ts';
import type { CommandContext } from '../command.ts';
import { visible } from '../visible.ts';

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
  const typed = await ask(context, plan);
  if (typed.trim() === plan.confirmationPhrase) return plan.confirmationPhrase;
  throw new OperatorError('CONFIRMATION_MISMATCH', {
    message: `What was typed is not "${plan.confirmationPhrase}". Nothing was changed.`,
    hint: `To try again with the same plan: ${plan.executeCommand}`,
    details: { planId: plan.planId },
  });
}

async function ask(context: CommandContext, plan: PlanSummary): Promise<string> {
  const { terminal } = context;
  const input = createInterface({ input: terminal.stdin, output: terminal.stderr });
  const closed = Promise.withResolvers<never>();
  closed.promise.catch(() => undefined);
  input.once('close', () => {
    closed.reject(
      new OperatorError('CANCELLED', {
        message: 'The confirmation was cancelled. Nothing was changed.',
        hint: `The plan is kept; to execute it: ${plan.executeCommand}`,
        details: { planId: plan.planId },
      }),
    );
  });
  // The prompt has the terminal in its own mode, so Ctrl-C arrives at it, not as a signal.
  input.once('SIGINT', () => {
    terminal.stderr.write('\n');
    input.close();
  });
  const stopListening = context.interrupts.listen(() => {
    input.close();
  });
  try {
    const phrase = terminal.colors.bold(visible(plan.confirmationPhrase));
    return await Promise.race([input.question(`To consent, type: ${phrase}\n> `), closed.promise]);
  } finally {
    stopListening();
    input.close();
  }
}
