import { z } from 'zod';
import { RunId } from '../domain/plan.ts';
import { SafeMode, SafeModeAdmission } from '../domain/safe-mode.ts';
import { Operator } from '../domain/target.ts';
import { procedure } from './procedure.ts';

/** The end of a safe mode that an operator left. */
export const SafeModeLeft = z.strictObject({
  targetName: z.string(),
  fingerprint: z.string(),
  at: z.string(),
  by: Operator,
  reason: z.string(),
});
export type SafeModeLeft = z.infer<typeof SafeModeLeft>;

export const safeModeContract = {
  /** Every target that is in safe mode. Looks for run files that are missing, too; opens no target. */
  list: procedure
    .input(z.strictObject({}))
    .output(z.strictObject({ safeModes: z.array(SafeMode) })),
  /** The safe mode of one target; `null` when it is not in safe mode. */
  get: procedure
    .input(z.strictObject({ fingerprint: z.string() }))
    .output(z.strictObject({ safeMode: SafeMode.nullable() })),
  /** Whether safe mode lets this plan be executed, or this run go on. It is asked again under the lease. */
  admission: procedure.input(z.strictObject({ runId: RunId })).output(SafeModeAdmission),
  /**
   * Leaves safe mode because an operator has seen to it. Durable on return.
   * Fails with TARGET_NOT_IN_SAFE_MODE, or with CONFIRMATION_MISMATCH for a wrong phrase and where reasons came that were not seen.
   */
  leave: procedure
    .input(
      z.strictObject({
        fingerprint: z.string(),
        /** How many reasons the operator has seen. */
        reasonCount: z.number().int().min(1),
        reason: z.string().trim().min(3).max(2000),
        /** Exactly `leavePhrase`. */
        confirmation: z.string(),
      }),
    )
    .output(SafeModeLeft),
};
