import type { Check } from '../../../shared/domain/check.ts';
import { check } from '../ports/diagnosis.ts';
import { lookAtBegunRuns } from '../safe-mode/look-at-begun-runs.ts';
import type { SafeModeParts } from '../safe-mode/safe-mode-parts.ts';
import { ok, skipped } from './answers.ts';
import type { Needed, ReadableTarget } from './dependencies.ts';

const SAFE_MODE = {
  name: 'workspace.safe-mode',
  title: 'The target is not in safe mode',
} as const;

/** Whether something about the target could not be decided, so that nothing may write to it. */
export async function checkSafeMode(
  parts: SafeModeParts,
  readable: Needed<ReadableTarget>,
): Promise<Check> {
  if ('missing' in readable) return skipped(SAFE_MODE, readable.missing);
  const { target } = readable.had;
  return check(SAFE_MODE, async () => {
    const { fingerprint } = await target.identify();
    await lookAtBegunRuns(parts, { fingerprint, lease: 'not-held' });
    const [first, ...others] = parts.safeModes.reasons(fingerprint);
    if (first === undefined) return ok('Nothing about the target is undecided.');
    const more = others.length === 0 ? '' : ` ${String(others.length)} more reasons.`;
    return {
      state: 'failed',
      finding: `It is read-only for Unwind since ${first.at}: ${first.sentence}${more}`,
      fix: 'Take one of the exits: going on with the run, taking it back, planning again, or leaving with a reason.',
      statement: 'unwind safe-mode',
    };
  });
}
