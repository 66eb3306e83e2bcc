import { describe, expect, test } from 'vitest';
import type { CrashPlaces, Yardstick } from './crash-case.ts';
import { EXTENT, failuresOf, type Kills, pairsOf } from './matrix.ts';
import { nameOf, type Scenario, scenariosOn } from './scenario.ts';

/** What `npm test` has time for; `npm run test:crash` takes all. */
export interface Part {
  /** Points of a scenario at which its run is killed. */
  points(yardstick: Yardstick): readonly string[];
  /** Some of the points at which a run is killed before its recovery is; none: recoveries are not killed. */
  firstKills(yardstick: Yardstick): readonly string[];
  /** Some of the pairs that these make. */
  pairs(pairs: readonly Kills[]): readonly Kills[];
}

/** The crash matrix of one database as tests, one a scenario. */
export function describeMatrix(
  database: Scenario['database'],
  places: () => CrashPlaces,
  part: Part,
): void {
  const usual = scenariosOn(database).filter(({ files }) => files === 'two-batches');
  const scenarios = EXTENT === 'all' ? scenariosOn(database) : usual;
  const named = (some: readonly Scenario[]) =>
    some.map((scenario) => ({ name: nameOf(scenario), scenario }));

  function singles(yardstick: Yardstick): Promise<readonly Kills[]> {
    const chosen = EXTENT === 'all' ? yardstick.points : part.points(yardstick);
    return Promise.resolve(chosen.map((point) => [point] as const));
  }

  async function pairs(yardstick: Yardstick): Promise<readonly Kills[]> {
    if (EXTENT === 'all') return pairsOf(places(), yardstick);
    return part.pairs(
      await pairsOf(places(), { ...yardstick, points: part.firstKills(yardstick) }),
    );
  }

  describe(`a process that is killed on ${database}`, { timeout: 24 * 3_600_000 }, () => {
    test.each(named(scenarios))('leaves what can be finished: $name', async ({ scenario }) => {
      expect(await failuresOf({ places: places(), scenario, depth: 1 }, singles)).toEqual([]);
    });

    test.each(named(usual))(
      'leaves what can be finished although its recovery is killed as well: $name',
      async ({ scenario }) => {
        expect(await failuresOf({ places: places(), scenario, depth: 2 }, pairs)).toEqual([]);
      },
    );
  });
}
