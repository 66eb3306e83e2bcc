import type { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { PreflightGroup } from '../../../shared/domain/preflight.ts';
import type { ScopeMode } from '../../../shared/domain/scope.ts';
import type { MigrationRecord } from '../ports/migration-database.ts';
import type { Part, TargetInParts, TargetsInParts } from '../ports/target.ts';
import type { WorkspaceDisk } from '../ports/workspace-disk.ts';
import type { SafeModeParts } from '../safe-mode/safe-mode-parts.ts';

/** What a preflight works with. */
export interface PreflightContext extends SafeModeParts {
  readonly targets: TargetsInParts;
  readonly disk: WorkspaceDisk;
  /** Products with their versions, e.g. `Node 24.21.0`, for people. */
  readonly versions: readonly string[];
}

/** What a preflight is asked. */
export interface PreflightRequest {
  readonly target: string | undefined;
  readonly mode: ScopeMode;
  /** Which groups; `undefined`: all. */
  readonly groups: readonly PreflightGroup[] | undefined;
}

/** Some records of the database, spread over all of them, and how many there are. */
export interface RecordSample {
  readonly records: readonly MigrationRecord[];
  readonly recordCount: number;
}

/** What is looked at, once the target was opened as far as it could be. */
export interface Inspection extends PreflightContext {
  readonly mode: ScopeMode;
  /** The target in parts, or why there is none. */
  readonly target: Part<TargetInParts>;
  /** Whether the lines of the configuration are shown: where they are not, what they would say is said where it is missed. */
  readonly showsConfiguration: boolean;
  /** Some records, read once; shut where the database cannot be read. */
  readonly takeSample: () => Promise<Part<RecordSample>>;
}

/** Whether an error is about what the operator configured, and not about what was found there. */
export function isConfigurationError(error: OperatorError): boolean {
  return error.exitCode === 2;
}
