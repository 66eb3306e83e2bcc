import { expect, test } from 'vitest';
import { pagesAfter } from '../../../src/shared/pages-after.ts';

test('pages are read after the last row of the one before, until one is empty', async () => {
  const rows = [1, 2, 5, 8, 9].map((seq) => ({ seq }));
  const asked: number[] = [];
  const pages = pagesAfter((afterSeq) => {
    asked.push(afterSeq);
    return Promise.resolve(rows.filter(({ seq }) => seq > afterSeq).slice(0, 2));
  });

  const read: number[][] = [];
  for await (const page of pages) read.push(page.map(({ seq }) => seq));

  expect(read).toEqual([[1, 2], [5, 8], [9]]);
  expect(asked).toEqual([0, 2, 8, 9]);
});
