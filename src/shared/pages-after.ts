/** Reads rows that have positions, in order, a page after the other until one is empty. `read` gives those after a position. */
export async function* pagesAfter<Row extends { readonly seq: number }>(
  read: (afterSeq: number) => Promise<readonly Row[]>,
): AsyncGenerator<readonly Row[], void, void> {
  let afterSeq = 0;
  for (;;) {
    const rows = await read(afterSeq);
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows;
    afterSeq = last.seq;
  }
}
