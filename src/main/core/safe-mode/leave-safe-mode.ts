import { OperatorError } from '../../../shared/domain/operator-error.ts';
import { leavePhrase } from '../../../shared/domain/safe-mode.ts';
import type { Operator } from '../../../shared/domain/target.ts';
import { nowIso } from '../ports/clock.ts';
import { auditLeft } from './audit-left.ts';
import { endReasons } from './end-reasons.ts';
import type { SafeModeParts } from './safe-mode-parts.ts';

/** An operator's consent to leave, and why. */
export interface LeaveRequest {
  readonly fingerprint: string;
  /** How many reasons the operator has seen. */
  readonly reasonCount: number;
  readonly reason: string;
  readonly confirmation: string;
}

/** Who left the safe mode of which target, when and why. */
export interface Leaving {
  readonly targetName: string;
  readonly fingerprint: string;
  readonly at: string;
  readonly by: Operator;
  readonly reason: string;
}

/**
 * Leaves safe mode because an operator has seen to it: every reason that holds ends, and so do the runs whose files are lost. Durable on
 * return. Changes no target.
 * @throws TARGET_NOT_IN_SAFE_MODE @throws CONFIRMATION_MISMATCH for a wrong phrase, and for reasons that were not seen. Nothing was changed.
 */
export function leaveSafeMode(parts: SafeModeParts, request: LeaveRequest): Leaving {
  const { fingerprint, reason } = request;
  const reasons = parts.safeModes.reasons(fingerprint);
  const [first] = reasons;
  if (first === undefined) {
    throw new OperatorError('TARGET_NOT_IN_SAFE_MODE', {
      message: 'The target is not in safe mode: there is nothing to leave.',
      hint: 'See with `unwind safe-mode` which targets are.',
      details: { fingerprint },
    });
  }
  checkConsent(request, { targetName: first.targetName, reasonCount: reasons.length });
  const at = nowIso(parts.clock);
  const runIds = endReasons(parts, reasons, { at, why: reason });
  auditLeft(parts, { runIds, sentence: `Left by the operator: ${reason}` });
  return { targetName: first.targetName, fingerprint, at, by: parts.operator, reason };
}

function checkConsent(
  request: LeaveRequest,
  held: { readonly targetName: string; readonly reasonCount: number },
): void {
  const expected = leavePhrase(held.targetName);
  if (request.reasonCount !== held.reasonCount) {
    throw new OperatorError('CONFIRMATION_MISMATCH', {
      message: `${held.targetName} is in safe mode for ${String(held.reasonCount)} reasons; you have seen ${String(request.reasonCount)}. It stays in safe mode.`,
      hint: 'Look again with `unwind safe-mode`, then leave.',
      details: { seen: request.reasonCount, reasons: held.reasonCount },
    });
  }
  if (request.confirmation === expected) return;
  throw new OperatorError('CONFIRMATION_MISMATCH', {
    message: `The confirmation does not match. ${held.targetName} stays in safe mode.`,
    hint: `Type exactly: ${expected}`,
    details: { expected },
  });
}
