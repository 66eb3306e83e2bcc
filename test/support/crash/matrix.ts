import { appendFileSync } from 'node:fs';
import {
  type CrashPlaces,
  killAndFinish,
  measure,
  measureRecovery,
  type Yardstick,
} from './crash-case.ts';
import { nameOf, type Scenario } from './scenario.ts';

/** `'all'`: every point of every scenario, recoveries included. `'part'`: what `npm test` has time for. */
export const EXTENT = process.env['UNWIND_CRASH_MATRIX'] === 'all' ? 'all' : 'part';

/** Moves the choice of a part from one day to the next; `UNWIND_TEST_SEED` repeats one. */
const SEED = Number(process.env['UNWIND_TEST_SEED'] ?? Math.floor(Date.now() / 86_400_000));

/** `<scenario> <point> [<point of the recovery>]`: the one case to run. */
const ONLY = process.env['UNWIND_CRASH_CASE'];

/** Where a run is killed, and its recovery, if that is killed as well. */
export type Kills = readonly [string] | readonly [string, string];

/** Kills a scenario in every way that was chosen. Returns a line to repeat each case that failed, with what was wrong. */
export async function failuresOf(
  about: { readonly places: CrashPlaces; readonly scenario: Scenario; readonly depth: 1 | 2 },
  choose: (yardstick: Yardstick) => Promise<readonly Kills[]>,
): Promise<readonly string[]> {
  const { places, scenario, depth } = about;
  const only = onlyCase();
  if (only !== undefined && !(only.scenario === nameOf(scenario) && only.kills.length === depth)) {
    return [];
  }
  const yardstick = await measure(places, scenario);
  const cases = only === undefined ? await choose(yardstick) : [only.kills];
  const failures: string[] = [];
  for (const kills of cases) {
    const wrong = await killAndFinish(places, yardstick, kills);
    const name = [nameOf(scenario), ...kills].join(' ');
    if (wrong.length > 0) {
      failures.push(`UNWIND_CRASH_CASE='${name}' npm run test:crash\n  ${wrong.join('\n  ')}`);
    }
    report(`${wrong.length > 0 ? 'failed' : 'passed'} ${name}`);
  }
  return failures;
}

function onlyCase(): { readonly scenario: string; readonly kills: Kills } | undefined {
  const [scenario, first, second] = ONLY?.split(' ') ?? [];
  if (scenario === undefined || first === undefined) return undefined;
  return { scenario, kills: second === undefined ? [first] : [first, second] };
}

/** For the closing line of `npm run test:crash`. */
function report(line: string): void {
  const file = process.env['UNWIND_CRASH_REPORT'];
  if (file !== undefined) appendFileSync(file, `${line}\n`);
}

/**
 * Kills at two points: one that the run passes, then one that the recovery passes. Points right before a boundary are left out, for the
 * world there is as the point before left it; so are runs whose recovery passes the very points of another's.
 */
export async function pairsOf(
  places: CrashPlaces,
  { scenario, points }: Yardstick,
): Promise<readonly Kills[]> {
  const pairs: Kills[] = [];
  const traces = new Set<string>();
  for (const first of points.filter(isAfter)) {
    const recovery = await measureRecovery(places, scenario, first);
    const trace = recovery.join();
    if (traces.has(trace)) continue;
    traces.add(trace);
    pairs.push(...recovery.filter(isAfter).map((second) => [first, second] as const));
  }
  return pairs;
}

/** Every `step`-th of `all`, beginning where the seed says. */
export function everyNth<T>(all: readonly T[], step: number): readonly T[] {
  return all.filter((_, index) => index % step === SEED % step);
}

/** The name of a point without its count. */
export function pointOf(numbered: string): string {
  return numbered.replace(/:\d+$/, '');
}

function isAfter(point: string): boolean {
  return point.includes('.after-');
}
