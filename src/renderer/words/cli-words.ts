import { type ScopeDraft, scopeOf } from './scope-words.ts';

/** The CLI command that makes the same plan. */
export function planCommand(draft: ScopeDraft): string {
  const scope = scopeOf(draft);
  const words = ['unwind', 'plan'];
  if (scope.full) words.push('--full-rollback');
  if (scope.batchId !== undefined) words.push('--batch-id', quoted(scope.batchId));
  if (scope.userId !== undefined) words.push('--user-id', quoted(scope.userId));
  if (scope.failedOnly) words.push('--failed-only');
  if (scope.startDate !== undefined) words.push('--start-date', quoted(scope.startDate));
  if (scope.endDate !== undefined) words.push('--end-date', quoted(scope.endDate));
  if (scope.mode === 'database-only') words.push('--database-only');
  if (scope.mode === 'r2-only') words.push('--r2-only');
  return words.join(' ');
}

/** The CLI command that shows the same status. */
export function statusCommand(filter: {
  readonly batchId: string;
  readonly userId: string;
}): string {
  const words = ['unwind', 'status'];
  if (filter.batchId !== '') words.push('--batch-id', quoted(filter.batchId));
  if (filter.userId !== '') words.push('--user-id', quoted(filter.userId));
  return words.join(' ');
}

/** The CLI command that gives the same figures. */
export function analyzeCommand(chosen: {
  readonly days: string;
  readonly targetName: string | undefined;
}): string {
  const words = ['unwind', 'analyze', '--days', chosen.days];
  if (chosen.targetName !== undefined) words.push('--target', quoted(chosen.targetName));
  return words.join(' ');
}

/** Quotes one argument for a POSIX shell where it needs it. */
export function quoted(argument: string): string {
  if (/^[\w@%+=:,./-]+$/.test(argument)) return argument;
  return `'${argument.replaceAll("'", `'\\''`)}'`;
}
