import type { Environment, GuardLevel } from '../../../shared/domain/target.ts';

/** Where a target stands, what it takes to change it, and who said so. */
export interface TargetGuard {
  readonly environment: Environment;
  readonly level: GuardLevel;
  /** Where the level is set: a variable or a file; `null`: nowhere, it is the default. */
  readonly origin: string | null;
}

/** What the sandbox has: nothing in it is of worth, and a drill asks for what the real night asks for. */
export const SANDBOX_GUARD: TargetGuard = {
  environment: 'sandbox',
  level: 'phrase',
  origin: null,
};
