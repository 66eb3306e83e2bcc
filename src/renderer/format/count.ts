const numbers = new Intl.NumberFormat('en-US');

/** A count with thousands separators: `4,212`. */
export function countText(count: number): string {
  return numbers.format(count);
}

/** A count with its noun: `1 file`, `4,212 files`. */
export function countOf(count: number, singular: string, plural = `${singular}s`): string {
  return `${countText(count)} ${count === 1 ? singular : plural}`;
}
