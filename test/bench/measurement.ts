import type { IdOrder } from './bench-subject.ts';

/** What can be measured, by the name that `--only` takes. */
export const BENCHES = [
  'plan',
  'reset',
  'snapshot',
  'delete',
  'memory',
  'thread',
  'console',
] as const;
export type BenchName = (typeof BENCHES)[number];

/** One line of the table: our work against its floor in the same run. */
export interface Measurement {
  readonly bench: BenchName;
  readonly database: string;
  readonly files: number;
  readonly ids: IdOrder | null;
  /** Our figure and the floor's, the median of all rounds: seconds, or MiB, or milliseconds. */
  readonly ours: number;
  readonly floor: number | null;
  readonly unit: 's' | 'MiB' | 'ms';
  /** Median of the rounds' ratios, ours to the floor's. */
  readonly ratio: number | null;
  readonly rounds: number;
  readonly budget: string;
  readonly met: boolean;
  readonly note: string;
}

/** The middle one; of an even number the lower of the two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}
