import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { Acceptance } from '../../../shared/domain/plan.ts';
import { Scope } from '../../../shared/domain/scope.ts';

/** The selectors of `plan` and `rollback`, as typed. */
export interface ScopeOptions {
  readonly batchId?: string;
  readonly userId?: string;
  readonly failedOnly?: true;
  readonly fullRollback?: true;
  readonly startDate?: string;
  readonly endDate?: string;
  readonly databaseOnly?: true;
  readonly r2Only?: true;
  readonly acceptUnknown?: string;
  readonly acceptTriggers?: string;
  readonly acceptBlastRadius?: string;
}

/** Flags of the options that say what a plan is about; none of them goes with `--plan`. */
export const scopeFlags = {
  batchId: '--batch-id',
  userId: '--user-id',
  failedOnly: '--failed-only',
  fullRollback: '--full-rollback',
  startDate: '--start-date',
  endDate: '--end-date',
  databaseOnly: '--database-only',
  r2Only: '--r2-only',
  acceptUnknown: '--accept-unknown',
  acceptTriggers: '--accept-triggers',
  acceptBlastRadius: '--accept-blast-radius',
} as const satisfies Record<keyof ScopeOptions, string>;

/**
 * Turns the selectors into a scope, before anything is opened.
 * @throws SCOPE_CONTRADICTORY selectors that exclude each other.
 * @throws USAGE_INVALID a malformed date, an end before its start, an empty id.
 */
export function parseScope(options: ScopeOptions): Scope {
  if (options.databaseOnly && options.r2Only) {
    throw contradictory(
      '--database-only and --r2-only exclude each other',
      'Leave one of them out; without both, rows and objects are rolled back.',
    );
  }
  const narrowing = (['batchId', 'userId', 'failedOnly'] as const).find(
    (name) => options[name] !== undefined,
  );
  if (options.fullRollback && narrowing !== undefined) {
    throw contradictory(
      `--full-rollback means everything, and ${scopeFlags[narrowing]} means a part`,
      'Leave one of them out; --full-rollback goes with dates only.',
    );
  }
  const parsed = Scope.safeParse({
    batchId: options.batchId,
    userId: options.userId,
    failedOnly: options.failedOnly ?? false,
    full: options.fullRollback ?? false,
    startDate: options.startDate,
    endDate: options.endDate,
    mode: options.databaseOnly ? 'database-only' : options.r2Only ? 'r2-only' : 'both',
  });
  if (!parsed.success) throw badSelector(options, parsed.error.issues);
  const { startDate, endDate } = parsed.data;
  if (startDate !== undefined && endDate !== undefined && endDate < startDate) {
    throw new OperatorError('USAGE_INVALID', {
      message: `--end-date ${endDate} is before --start-date ${startDate}.`,
      hint: 'Both days are included; swap them or correct one.',
      details: { startDate, endDate },
    });
  }
  return parsed.data;
}

/** What the operator accepts explicitly, with the reason. @throws USAGE_INVALID a reason that says nothing. */
export function parseAcceptances(
  options: Pick<ScopeOptions, 'acceptUnknown' | 'acceptTriggers' | 'acceptBlastRadius'> & {
    readonly acceptNoUndo?: string;
  },
): Acceptance[] {
  const given = [
    ['unknown-originals', 'acceptUnknown'],
    ['triggers', 'acceptTriggers'],
    ['blast-radius', 'acceptBlastRadius'],
    ['gives-up-undo', 'acceptNoUndo'],
  ] as const;
  return given.flatMap(([code, option]) => {
    const reason = options[option]?.trim();
    if (reason === undefined) return [];
    if (reason.length >= 3) return [{ code, reason }];
    const flag = option === 'acceptNoUndo' ? '--accept-no-undo' : scopeFlags[option];
    throw new OperatorError('USAGE_INVALID', {
      message: `${flag} needs a reason of at least 3 characters: it goes into the plan and the audit trail.`,
      hint: `Write ${flag} "why this is acceptable".`,
    });
  });
}

function badSelector(
  options: ScopeOptions,
  issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[],
): OperatorError {
  const name = issues[0]?.path[0];
  const isKnown = typeof name === 'string' && Object.hasOwn(scopeFlags, name);
  const option = isKnown ? (name as keyof ScopeOptions) : undefined;
  const flag = option === undefined ? 'The scope' : scopeFlags[option];
  const value = option === undefined ? '' : ` "${String(options[option])}"`;
  const why = issues[0]?.message ?? '';
  return new OperatorError('USAGE_INVALID', {
    message: `${flag}${value} is not accepted: ${why}.`,
    hint: 'Dates are days in UTC, written YYYY-MM-DD, e.g. 2026-01-31. Ids are not empty.',
    details: { option: flag },
  });
}

function contradictory(what: string, hint: string): OperatorError {
  return new OperatorError('SCOPE_CONTRADICTORY', { message: `${what}.`, hint });
}
