import { uniformInt } from 'pure-rand/distribution/uniformInt';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

const KIB = 1024;

/** The few big files, by their place: one over two and one near three megabytes, so that progress has something to show. */
const BIG_SIZES_BYTES: Readonly<Record<string, number>> = {
  'b-2024-11-06-photos/20': 2_250_000,
  'b-2024-11-09-reports/20': 1_400_000,
  'b-2024-11-24-media/3': 2_990_000,
};

/** Chooses a size: mostly a few kilobytes, one in ten some hundreds, every twenty-fifth file empty or a single byte. */
export function fileSizeBytes(place: string, index: number, random: RandomGenerator): number {
  const big = BIG_SIZES_BYTES[place];
  if (big !== undefined) return big;
  if (index % 25 === 9) return 0;
  if (index % 25 === 10) return 1;
  return uniformInt(random, 0, 9) === 0
    ? uniformInt(random, 100 * KIB, 500 * KIB)
    : uniformInt(random, 200, 48 * KIB);
}
