import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { PreflightGroup, PreflightLine, PreflightReport } from '../domain/preflight.ts';
import { ScopeMode } from '../domain/scope.ts';
import { procedure } from './procedure.ts';

/** What a preflight yields: each line as soon as it is known, then all of it as the last event. */
export const PreflightEvent = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('line'), line: PreflightLine }),
  z.strictObject({ kind: z.literal('finished'), report: PreflightReport }),
]);
export type PreflightEvent = z.infer<typeof PreflightEvent>;

export const preflightContract = {
  /**
   * Looks at every condition that could keep a rollback of the target from working, in a fixed order, and changes nothing on it.
   * Does not fail for what it finds, a target that does not exist included: that is a failed line. Closing the iterator stops it.
   */
  run: procedure
    .input(
      z.strictObject({
        target: z.string().optional(),
        /** For which kind of rollback; what it does not need is skipped. */
        mode: ScopeMode.default('both'),
        /** Only these groups; all of them when left out. */
        groups: z.array(PreflightGroup).min(1).optional(),
      }),
    )
    .output(eventIterator(PreflightEvent)),
};
