import type { Check } from '../../../shared/domain/check.ts';
import type { Answer, Question } from '../ports/diagnosis.ts';

/** An answer that finds nothing to complain about. */
export function ok(finding: string): Answer {
  return { state: 'ok', finding, fix: null };
}

/** A check that was not made, and why; `reason` ends the sentence. */
export function skipped({ name, title }: Question, reason: string): Check {
  return { name, title, state: 'skipped', finding: `Not looked at: ${reason}`, fix: null };
}
