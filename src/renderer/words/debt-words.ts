import type { Debt, DebtKind } from '../../shared/domain/debt.ts';
import { countOf } from '../format/count.ts';

/** What a rollback of one half left open, as a noun. */
export function debtKindWord(kind: DebtKind): string {
  switch (kind) {
    case 'orphan-objects':
      return 'Objects without rows';
    case 'dangling-rows':
      return 'Rows without objects';
  }
}

/** What is open in all, in one sentence; `undefined` where nothing is. */
export function openDebtsText(debts: readonly Debt[]): string | undefined {
  const open = debts.filter((debt) => debt.state === 'open');
  if (open.length === 0) return undefined;
  const countOfKind = (kind: DebtKind): number =>
    open.filter((debt) => debt.kind === kind).reduce((sum, debt) => sum + debt.openCount, 0);
  const orphans = countOfKind('orphan-objects');
  const dangling = countOfKind('dangling-rows');
  const parts = [
    ...(orphans === 0 ? [] : [`the objects of ${countOf(orphans, 'file')} that no row points at`]),
    ...(dangling === 0 ? [] : [`${countOf(dangling, 'row')} whose objects are gone`]),
  ];
  return `${countOf(open.length, 'rollback')} did one half only and left ${parts.join(', and ')}.`;
}
