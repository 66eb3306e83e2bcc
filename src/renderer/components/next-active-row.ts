const PAGE_ROWS = 15;

/** The row that a key moves to, or `undefined` when the key does not move. Rows count from 0. */
export function nextActiveRow(at: {
  readonly key: string;
  readonly active: number;
  readonly rowCount: number;
}): number | undefined {
  const target = targetOf(at);
  if (target === undefined || at.rowCount === 0) return undefined;
  return Math.max(0, Math.min(at.rowCount - 1, target));
}

function targetOf(at: {
  readonly key: string;
  readonly active: number;
  readonly rowCount: number;
}) {
  switch (at.key) {
    case 'ArrowDown':
      return at.active + 1;
    case 'ArrowUp':
      return at.active - 1;
    case 'PageDown':
      return at.active + PAGE_ROWS;
    case 'PageUp':
      return at.active - PAGE_ROWS;
    case 'Home':
      return 0;
    case 'End':
      return at.rowCount - 1;
    default:
      return undefined;
  }
}
