import type { TargetEntry } from '../../shared/contract/target.ts';
import type { Environment, GuardLevel } from '../../shared/domain/target.ts';

/** An environment as every page shows it: the word stands beside the colour. */
export const ENVIRONMENT_WORDS: Record<Environment, string> = {
  production: 'PRODUCTION',
  staging: 'STAGING',
  development: 'DEVELOPMENT',
  sandbox: 'SANDBOX',
  unnamed: 'TARGET',
};

/** What a guard level asks of an operator, in a few words. */
export const GUARD_WORDS: Record<GuardLevel, string> = {
  'read-only': 'Read-only',
  phrase: 'Typed phrase',
  confirm: 'Confirmation',
  silent: 'No prompt in the CLI',
};

/** What is known of a target by its name; one that is not listed any more counts as real, and takes the phrase. */
export function safetyOf(
  name: string,
  targets: readonly TargetEntry[],
): { readonly environment: Environment; readonly guard: GuardLevel } {
  const entry = targets.find((candidate) => candidate.name === name);
  return { environment: entry?.environment ?? 'unnamed', guard: entry?.guard ?? 'phrase' };
}
