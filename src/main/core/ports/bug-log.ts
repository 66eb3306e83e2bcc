import type { OperatorError } from '../../../shared/domain/operator-error.ts';

/** Where bugs are kept with their stacks, which no door shows. */
export interface BugLog {
  /** Appends a bug with the stacks of its causes. Never fails: what led here matters more than that it could not be kept. */
  append(bug: OperatorError): void;
}
