import { csvLineOf } from './csv.ts';
import type { PlanItem, RowValues } from './domain/plan.ts';

type Cell = string | number | null;

const COLUMNS: readonly (readonly [name: string, valueOf: (item: PlanItem) => Cell])[] = [
  ['seq', (item) => item.seq],
  ['verdict', (item) => item.verdict],
  ['heldReason', (item) => item.held?.reason ?? null],
  ['heldDetail', (item) => item.held?.detail ?? null],
  ['outcome', (item) => item.outcome],
  ['outcomeDetail', (item) => item.outcomeDetail],
  ['recordId', (item) => item.recordId],
  ['batchId', (item) => item.batchId],
  ['fileId', (item) => item.fileId],
  ['userId', (item) => item.userId],
  ['filename', (item) => item.filename],
  ['sourcePath', (item) => item.sourcePath],
  ['rowAction', (item) => item.rowAction],
  ...rowColumns('before', (item) => item.before),
  ...rowColumns('after', (item) => item.after),
  ['objectAction', (item) => item.objectAction],
  ['objectKey', (item) => item.objectKey],
  ['objectSizeBytes', (item) => item.object?.sizeBytes ?? null],
  ['objectLastModified', (item) => item.object?.lastModified ?? null],
  ['objectProof', (item) => item.objectProof],
  ['objectDetail', (item) => item.objectDetail],
  ['originalProof', (item) => item.originalProof],
  ['originalDetail', (item) => item.originalDetail],
];

function rowColumns(
  prefix: 'before' | 'after',
  valuesOf: (item: PlanItem) => RowValues,
): typeof COLUMNS {
  return [
    [`${prefix}Status`, (item) => valuesOf(item).status],
    [`${prefix}CompletedAt`, (item) => valuesOf(item).completedAt],
    [`${prefix}R2Key`, (item) => valuesOf(item).file?.r2Key ?? null],
    [`${prefix}Checksum`, (item) => valuesOf(item).file?.checksum ?? null],
    [`${prefix}UpdatedAt`, (item) => valuesOf(item).file?.updatedAt ?? null],
  ];
}

/** The first line of a CSV file of a plan's items, with its line break. */
export const PLAN_CSV_HEAD = csvLineOf(COLUMNS.map(([name]) => name));

/** An item as a line of CSV, with its line break. The columns of a saved-file migration are in JSON lines only. */
export function planCsvLine(item: PlanItem): string {
  return csvLineOf(COLUMNS.map(([, valueOf]) => valueOf(item)));
}
