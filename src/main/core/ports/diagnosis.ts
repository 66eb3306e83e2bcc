import type { Check } from '../../../shared/domain/check.ts';
import { toOperatorError } from '../../../shared/domain/operator-error.ts';

/** What a check is about. */
export type Question = Pick<Check, 'name' | 'title'>;

/** What was found. */
export type Answer = Omit<Check, keyof Question>;

/** Asks one question; what `look` throws is a failed check with the error's message and hint. */
export async function check(
  question: Question,
  look: () => Answer | Promise<Answer>,
): Promise<Check> {
  try {
    return { ...question, ...(await look()) };
  } catch (error) {
    const { message, hint } = toOperatorError(error);
    return { ...question, state: 'failed', finding: message, fix: hint };
  }
}
