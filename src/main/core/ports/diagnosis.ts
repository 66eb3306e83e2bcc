import type { Check } from '../../../shared/domain/check.ts';
import { toOperatorError } from '../../../shared/domain/operator-error.ts';

/** What a check is about. */
export type Question = Pick<Check, 'name' | 'title'>;

/** Asks one question; what `look` throws is a failed check with the error's message and hint. */
export async function check(
  question: Question,
  look: () => Promise<Pick<Check, 'state' | 'finding' | 'fix'>>,
): Promise<Check> {
  try {
    return { ...question, ...(await look()) };
  } catch (error) {
    const { message, hint } = toOperatorError(error);
    return { ...question, state: 'failed', finding: message, fix: hint };
  }
}
