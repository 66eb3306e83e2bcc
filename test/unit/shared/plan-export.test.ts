import { describe, expect, test } from 'vitest';
import type { PlanItem } from '../../../src/shared/domain/plan.ts';
import { ITEM_CSV } from '../../../src/shared/plan-export.ts';
import { aRowReset } from '../renderer/a-plan.ts';

function aPlanItem(change: Partial<PlanItem> = {}): PlanItem {
  return {
    seq: 7,
    recordId: 'r-7',
    batchId: 'b-1',
    fileId: 'f-7',
    userId: 'u-1',
    filename: 'a.txt',
    sourcePath: '/originals/a.txt',
    objectKey: 'files/a',
    verdict: 'change',
    rowAction: 'reset',
    objectAction: 'quarantine-and-delete',
    ...aRowReset(),
    object: {
      key: 'files/a',
      sizeBytes: 12,
      etag: 'e',
      lastModified: '2024-11-09T01:17:21.000Z',
    },
    objectProof: 'proved',
    objectDetail: '',
    originalProof: 'proved',
    originalDetail: '',
    held: null,
    outcome: 'planned',
    outcomeDetail: null,
    ...change,
  };
}

/** The cells of a line by the names in the head. */
function cellsOf(line: string): ReadonlyMap<string, string> {
  const cells = line.trimEnd().split(',');
  return new Map(
    ITEM_CSV.head
      .trimEnd()
      .split(',')
      .map((name, index) => [name, cells[index] ?? '(none)']),
  );
}

describe('a CSV line of an item', () => {
  test('has a cell for each name in the head', () => {
    const item = aPlanItem();
    const cells = cellsOf(ITEM_CSV.line(item));

    expect(cells.get('recordId')).toBe(item.recordId);
    expect(cells.get('beforeStatus')).toBe(item.before.status);
    expect(cells.get('afterStatus')).toBe(item.after.status);
    expect(cells.get('objectKey')).toBe(item.objectKey);
    expect([...cells.values()]).not.toContain('(none)');
  });

  test('leaves a cell empty where there is nothing', () => {
    const cells = cellsOf(ITEM_CSV.line(aPlanItem({ held: null, object: null })));

    expect([cells.get('heldReason'), cells.get('objectSizeBytes')]).toEqual(['', '']);
  });
});
