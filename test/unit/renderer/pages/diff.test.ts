import { describe, expect, test } from 'vitest';
import { nextActiveRow } from '../../../../src/renderer/components/next-active-row.ts';
import { pagesInView, rowAt } from '../../../../src/renderer/components/row-pages.ts';
import {
  filterFromSearch,
  inputOfFilter,
  searchOfFilter,
} from '../../../../src/renderer/pages/plan/diff/diff-filter.ts';

describe('pages of the diff', () => {
  test('are those that hold the rows in view', () => {
    expect(pagesInView({ firstRow: 95, lastRow: 130, rowCount: 1_000_000 })).toEqual([0, 1]);
    expect(pagesInView({ firstRow: 999_970, lastRow: 999_999, rowCount: 1_000_000 })).toEqual([
      9_999,
    ]);
  });

  test('end with the list, also when the view reaches further', () => {
    expect(pagesInView({ firstRow: 180, lastRow: 900, rowCount: 201 })).toEqual([1, 2]);
  });

  test('are none of an empty list, and none when the list became shorter than the view', () => {
    expect(pagesInView({ firstRow: 0, lastRow: 12, rowCount: 0 })).toEqual([]);
    expect(pagesInView({ firstRow: 500, lastRow: 530, rowCount: 20 })).toEqual([]);
  });

  test('give a row by its place, once its page is there', () => {
    const pages = new Map([[2, ['row 200', 'row 201']]]);

    expect([rowAt(pages, 201), rowAt(pages, 202), rowAt(pages, 5)]).toEqual([
      'row 201',
      undefined,
      undefined,
    ]);
  });
});

describe('filter of the diff', () => {
  test('survives the way through the address', () => {
    const filter = {
      verdict: 'held',
      heldReason: 'original-missing',
      outcome: 'done',
      search: 'a b',
      by: 'user',
      group: { by: 'folder', value: 'a/b/' },
    } as const;

    expect(filterFromSearch(new URLSearchParams(searchOfFilter(filter)))).toEqual(filter);
  });

  test('tells the files without a user from those of a user without a name', () => {
    const groupOf = (value: string | null) => {
      const filter = {
        ...filterFromSearch(new URLSearchParams()),
        group: { by: 'user', value },
      } as const;
      return filterFromSearch(new URLSearchParams(searchOfFilter(filter))).group;
    };

    expect([groupOf(null), groupOf('')]).toEqual([
      { by: 'user', value: null },
      { by: 'user', value: '' },
    ]);
  });

  test('leaves out what the address says wrongly', () => {
    const filter = filterFromSearch(new URLSearchParams('verdict=all&reason=none&outcome=x'));

    expect(inputOfFilter(filter)).toEqual({ search: '' });
  });

  test('cuts a search that the contract would refuse', () => {
    const filter = filterFromSearch(new URLSearchParams({ q: 'x'.repeat(600) }));

    expect(filter.search).toHaveLength(500);
  });
});

describe('keys in the diff', () => {
  test.each([
    ['ArrowDown', 4, 5],
    ['ArrowUp', 4, 3],
    ['ArrowUp', 0, 0],
    ['ArrowDown', 99, 99],
    ['PageDown', 4, 19],
    ['PageUp', 4, 0],
    ['Home', 40, 0],
    ['End', 4, 99],
  ])('%s moves from row %i to row %i of 100', (key, active, next) => {
    expect(nextActiveRow({ key, active, rowCount: 100 })).toBe(next);
  });

  test('that do not move are left to the page', () => {
    expect(nextActiveRow({ key: 'Tab', active: 4, rowCount: 100 })).toBeUndefined();
    expect(nextActiveRow({ key: 'End', active: 0, rowCount: 0 })).toBeUndefined();
  });
});
