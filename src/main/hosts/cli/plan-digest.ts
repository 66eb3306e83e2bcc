import { OperatorError } from '../../../shared/domain/operator-error.ts';
import { PlanDigest } from '../../../shared/domain/plan.ts';

/** The value of `--plan-digest`, checked before anything is opened. @throws USAGE_INVALID */
export function parseDigest(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const parsed = PlanDigest.safeParse(text.trim().toLowerCase());
  if (parsed.success) return parsed.data;
  throw new OperatorError('USAGE_INVALID', {
    message: `--plan-digest "${text}" is not a digest: a plan digest is 64 hex digits.`,
    hint: 'Take planDigest from the --json document of the plan, or the line "digest" that the plan shows.',
  });
}
