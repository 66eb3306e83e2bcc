import { randomInt } from 'node:crypto';

/**
 * Settings of a property test: how many cases, and the seed. `UNWIND_TEST_RUNS` and `UNWIND_TEST_SEED` override both, to run
 * more or to repeat a failure, which fast-check prints with its seed.
 */
export function propertySettings(defaults: { readonly runs: number }): {
  readonly numRuns: number;
  readonly seed: number;
} {
  const runs = Number(process.env['UNWIND_TEST_RUNS'] ?? defaults.runs);
  const seed = Number(process.env['UNWIND_TEST_SEED'] ?? randomInt(2 ** 31));
  return { numRuns: runs, seed };
}
