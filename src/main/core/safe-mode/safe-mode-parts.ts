import type { Operator } from '../../../shared/domain/target.ts';
import type { BegunRuns } from '../ports/begun-runs.ts';
import type { Clock } from '../ports/clock.ts';
import type { RunFiles } from '../ports/run-file.ts';
import type { SafeModes } from '../ports/safe-modes.ts';

/** What looking after safe mode needs. */
export interface SafeModeParts {
  readonly safeModes: SafeModes;
  readonly begunRuns: BegunRuns;
  readonly runFiles: RunFiles;
  readonly operator: Operator;
  readonly clock: Clock;
}
