import type { Debt, DebtItem, DebtKind } from '../../../../shared/domain/debt.ts';
import type { Terminal } from '../terminal.ts';
import { bytes, count, moment, orDash } from './format.ts';
import { paint } from './marks.ts';
import { type Cell, renderFacts, renderTable } from './table.ts';

const KIND_NAMES: Record<DebtKind, string> = {
  'orphan-objects': 'objects without rows',
  'dangling-rows': 'rows without objects',
};

function stateCell(terminal: Terminal, state: 'open' | 'closed'): Cell {
  return { text: state, paint: paint(terminal.colors, state === 'open' ? 'unsure' : 'good') };
}

function openBytes(debt: Debt): string {
  return debt.openBytes === null ? 'not measured' : bytes(debt.openBytes);
}

/** What partial rollbacks left open. */
export function renderDebts(terminal: Terminal, debts: readonly Debt[]): string {
  if (debts.length === 0) return 'No rollback left anything open.\n';
  const table = renderTable(terminal, {
    columns: [
      { title: 'run', cells: 'whole' },
      { title: 'state' },
      { title: 'what' },
      { title: 'open', align: 'right' },
      { title: 'of', align: 'right' },
      { title: 'size', align: 'right' },
      { title: 'target' },
      { title: 'scope' },
      { title: 'since' },
    ],
    rows: debts.map((debt) => [
      debt.runId,
      stateCell(terminal, debt.state),
      KIND_NAMES[debt.kind],
      count(debt.openCount),
      count(debt.itemCount),
      openBytes(debt),
      debt.targetName,
      debt.scopeInWords,
      moment(debt.openedAt),
    ]),
  });
  const open = debts.find((debt) => debt.state === 'open');
  return open === undefined ? table : `${table}\nTo close one: unwind debts close ${open.runId}\n`;
}

/** One debt with some of its files. */
export function renderDebt(
  terminal: Terminal,
  { debt, items }: { readonly debt: Debt; readonly items: readonly DebtItem[] },
): string {
  const facts = renderFacts([
    ['run', debt.runId],
    ['target', debt.targetName],
    ['scope', debt.scopeInWords],
    ['since', moment(debt.openedAt)],
    ['open', `${count(debt.openCount)} of ${count(debt.itemCount)}, ${openBytes(debt)}`],
    ...(debt.state === 'closed'
      ? ([
          ['closed', moment(debt.closedAt)],
          ['by', orDash(debt.closedBy)],
        ] as const)
      : ([['to close it', `unwind debts close ${debt.runId}`]] as const)),
  ]);
  const table = renderTable(terminal, {
    columns: [
      { title: 'record' },
      { title: 'state' },
      { title: 'key' },
      { title: 'size', align: 'right' },
      { title: 'settled by', cells: 'whole' },
      { title: 'settled' },
    ],
    rows: items.map((item) => [
      item.recordId,
      stateCell(terminal, item.state),
      item.objectKey,
      item.sizeBytes === null ? '-' : bytes(item.sizeBytes),
      orDash(item.settledBy),
      moment(item.settledAt),
    ]),
  });
  const more =
    items.length < debt.itemCount
      ? `  ${count(items.length)} of ${count(debt.itemCount)} shown; --limit and --offset show others\n`
      : '';
  return `${terminal.colors.bold(KIND_NAMES[debt.kind])}\n${facts}\n${table}${more}`;
}
