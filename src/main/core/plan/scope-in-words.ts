import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { Scope } from '../../../shared/domain/scope.ts';
import type { ScopeCatalogue } from '../ports/migration-database.ts';

const MODE_WORDS = {
  both: 'rows and objects',
  'database-only': 'rows only',
  'r2-only': 'objects only',
} as const;

/** Says a scope in one line for people, e.g. "batch b-7, failed records, from 2024-11-01 (UTC), rows and objects". */
export function scopeInWords(scope: Scope): string {
  const parts = [
    scope.full ? 'every migration' : undefined,
    scope.batchId === undefined ? undefined : `batch ${scope.batchId}`,
    scope.userId === undefined ? undefined : `user ${scope.userId}`,
    scope.failedOnly ? 'failed records' : undefined,
    scope.startDate === undefined ? undefined : `from ${scope.startDate} (UTC)`,
    scope.endDate === undefined ? undefined : `through ${scope.endDate} (UTC)`,
    MODE_WORDS[scope.mode],
  ];
  return parts.filter((part) => part !== undefined).join(', ');
}

/**
 * Refuses a scope that selects nothing on purpose or contradicts itself.
 * @throws SCOPE_CONTRADICTORY
 */
export function checkScope(scope: Scope): void {
  const selectors = [scope.batchId, scope.userId, scope.startDate, scope.endDate];
  const selectsSomething =
    scope.full || scope.failedOnly || selectors.some((value) => value !== undefined);
  if (!selectsSomething) {
    throw new OperatorError('SCOPE_CONTRADICTORY', {
      message: 'The scope selects nothing: no batch, user, status, date or "everything" was given.',
      hint: 'Choose a batch (--batch-id), a user (--user-id), failed records (--failed-only), dates (--start-date, --end-date) or everything (--full-rollback).',
    });
  }
  if (
    scope.full &&
    (scope.batchId !== undefined || scope.userId !== undefined || scope.failedOnly)
  ) {
    throw new OperatorError('SCOPE_CONTRADICTORY', {
      message:
        'The scope asks for everything (--full-rollback) and for a part of it at the same time.',
      hint: 'Leave --full-rollback out to roll back the part, or leave the other selectors out to roll back everything.',
    });
  }
  if (
    scope.startDate !== undefined &&
    scope.endDate !== undefined &&
    scope.endDate < scope.startDate
  ) {
    throw new OperatorError('SCOPE_CONTRADICTORY', {
      message: `The scope ends (${scope.endDate}) before it starts (${scope.startDate}).`,
      hint: 'Swap --start-date and --end-date; both days are included, in UTC.',
      details: { startDate: scope.startDate, endDate: scope.endDate },
    });
  }
}

/** The error for a scope that matches no record: says what there is to choose from. */
export function scopeEmpty(scope: Scope, catalogue: ScopeCatalogue): OperatorError {
  const days =
    catalogue.firstDay === null || catalogue.lastDay === null
      ? ''
      : ` between ${catalogue.firstDay} and ${catalogue.lastDay} (UTC)`;
  return new OperatorError('SCOPE_EMPTY', {
    message: `No migration records found for ${scopeInWords(scope)}.`,
    hint:
      catalogue.recordCount === 0
        ? 'The database tracks no migration at all: check that this is the right target (unwind config show).'
        : `The database has ${String(catalogue.recordCount)} records (${String(catalogue.failedCount)} failed)${days}, in batches ${catalogue.batchIds.join(', ')}, of users ${catalogue.userIds.join(', ')}.`,
    details: {
      batchIds: catalogue.batchIds,
      userIds: catalogue.userIds,
      recordCount: catalogue.recordCount,
      failedCount: catalogue.failedCount,
      firstDay: catalogue.firstDay,
      lastDay: catalogue.lastDay,
    },
  });
}
