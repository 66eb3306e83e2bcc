import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { OpenTarget } from '../ports/target.ts';

/** @throws TARGET_READ_ONLY when the configuration lets nothing of the target be changed. */
export function checkWritable({ identity, guard }: Pick<OpenTarget, 'identity' | 'guard'>): void {
  if (guard.level !== 'read-only') return;
  const setBy = guard.origin ?? 'the configuration';
  throw new OperatorError('TARGET_READ_ONLY', {
    message: `The target ${identity.name} is read-only: UNWIND_GUARD from ${setBy} says so. Nothing was changed.`,
    hint: 'Set UNWIND_GUARD to phrase for the time of the run, start Unwind again, and go on.',
    details: { target: identity.name, setting: 'UNWIND_GUARD', origin: guard.origin },
  });
}

/** @throws REASON_REQUIRED when a run in production begins without a reason. Nothing was changed. */
export function checkReason(
  { identity, guard }: Pick<OpenTarget, 'identity' | 'guard'>,
  reason: string | null,
): void {
  if (guard.environment !== 'production' || (reason ?? '').trim() !== '') return;
  throw new OperatorError('REASON_REQUIRED', {
    message: `The target ${identity.name} is production: a run there needs a reason, and none was given. Nothing was changed.`,
    hint: 'Say why with --reason "…" (console: the field Reason). It goes into the run file, the audit trail and the report.',
    details: { target: identity.name },
  });
}
