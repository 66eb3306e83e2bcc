import { type CsvFormat, csvLineOf } from './csv.ts';
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

/** Items of a plan as CSV. The columns of a saved-file migration are in JSON lines only. */
export const ITEM_CSV: CsvFormat<PlanItem> = {
  head: csvLineOf(COLUMNS.map(([name]) => name)),
  line: (item) => csvLineOf(COLUMNS.map(([, valueOf]) => valueOf(item))),
};
