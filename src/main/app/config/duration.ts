const units = { ms: 1, s: 1_000, min: 60_000, h: 3_600_000 } as const;
const longestMs = 2_147_483_647;

/** A time as `parseDurationMs` reads it, in the largest unit that says it in whole numbers. */
export function durationText(ms: number): string {
  if (ms === 0) return '0';
  const [unit, unitMs] = Object.entries(units).findLast(([, each]) => ms % each === 0) ?? ['ms', 1];
  return `${String(ms / unitMs)}${unit}`;
}

/**
 * Milliseconds of a time with its unit (`500ms`, `5s`, `2min`, `1h`) or of `0`; `undefined` for anything else. A number alone is refused:
 * PostgreSQL takes it for milliseconds in one setting and for seconds in another.
 */
export function parseDurationMs(text: string): number | undefined {
  if (text.trim() === '0') return 0;
  const [, digits, unit] = /^\s*(\d{1,10})\s?(ms|s|min|h)\s*$/.exec(text) ?? [];
  if (digits === undefined || unit === undefined) return undefined;
  const ms = Number(digits) * units[unit as keyof typeof units];
  return ms <= longestMs ? ms : undefined;
}
