import type { Check } from '../../../shared/domain/check.ts';
import type { OperatorError } from '../../../shared/domain/operator-error.ts';
import { check, type Question } from '../ports/diagnosis.ts';
import { skipped } from './answers.ts';
import { type Inspection, isConfigurationError } from './preflight-context.ts';

const OPEN = {
  database: { name: 'database.open', title: 'The database can be opened' },
  bucket: { name: 'bucket.open', title: 'The bucket can be opened' },
  originals: { name: 'originals.open', title: 'The originals can be opened' },
} as const satisfies Record<string, Question>;

type PartName = keyof typeof OPEN;

/** The line that stands for a whole part which is not looked at. `reason` ends the sentence. */
export function notLookedAt(part: PartName, reason: string): Check {
  return skipped(OPEN[part], reason);
}

/**
 * The line that stands for a whole part which is shut: why. Where a line of the configuration has said so already, the part is
 * skipped: a condition fails in one line only.
 */
export async function whyShut(
  inspection: Inspection,
  shut: { readonly part: PartName; readonly error: OperatorError },
): Promise<Check> {
  const { part, error } = shut;
  const isSaid = inspection.target.state === 'shut' || isConfigurationError(error);
  const saidBy = inspection.target.state === 'shut' ? 'target' : part;
  return inspection.showsConfiguration && isSaid
    ? notLookedAt(part, `configuration.${saidBy} failed.`)
    : check(OPEN[part], () => Promise.reject(error));
}
