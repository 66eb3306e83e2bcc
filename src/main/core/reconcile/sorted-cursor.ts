/** A place in a sorted stream that arrives in chunks. */
export interface SortedCursor<Item> {
  /** The item here: read it after `load`, or when the one before was only just passed. `undefined` at the end of the chunk. */
  peek(): Item | undefined;
  /** Brings the next chunk when this one is used up; then the item here, `undefined` at the end of the stream. */
  load(): Promise<Item | undefined>;
  /** Passes the item here. */
  pass(): void;
  /** Ends the stream early. */
  close(): Promise<void>;
}

/** Reads a stream of chunks item by item without waiting at each: a promise per row costs more than the row. */
export function sortedCursor<Item>(chunks: AsyncIterable<readonly Item[]>): SortedCursor<Item> {
  const iterator = chunks[Symbol.asyncIterator]();
  let chunk: readonly Item[] = [];
  let index = 0;
  return {
    peek: () => chunk[index],
    load: async () => {
      while (index >= chunk.length) {
        const next = await iterator.next();
        if (next.done === true) return undefined;
        chunk = next.value;
        index = 0;
      }
      return chunk[index];
    },
    pass: () => {
      index += 1;
    },
    close: async () => {
      await iterator.return?.();
    },
  };
}
