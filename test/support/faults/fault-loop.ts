import { appendFileSync } from 'node:fs';
import { afterAll, expect } from 'vitest';
import type { ErrorCode } from '../../../src/shared/domain/error-codes.ts';
import { openApp, type TestApp } from '../migration/open-app.ts';
import { type Lasting, type Strike, strikeAt } from './strike.ts';
import { attempt, errorOfRun, expectForOperators, expectNothingLost, type Work } from './works.ts';
import type { Worksite } from './worksite.ts';

/** One way in which calls fail. */
export interface Fault {
  readonly name: string;
  /** Codes of the errors that it may lead to: those that tell an operator of it. */
  readonly codes: readonly ErrorCode[];
  /** Brings it to the worksite's calls, as the strike says. */
  arm(site: Worksite, strike: Strike): void;
  /** Takes every fault away. */
  disarm(): void;
}

/** Where a loop works and what with. */
export interface Loop {
  readonly work: Work;
  readonly fault: Fault;
  site(): Promise<Worksite>;
}

/** Far more than the work takes on a machine that is busy. */
const WITHIN_MS = 120_000;
/** The same choice each time, so that a red test is about a change; `UNWIND_TEST_SEED` moves it on, `npm run test:faults` takes all. */
const seed = Number(process.env['UNWIND_TEST_SEED'] ?? 1);

/** What is tried: every call with every fault, so many calls for each fault, or (in `npm test`) one fault at one call for each work. */
const asked = process.env['UNWIND_TEST_FAULTS'] ?? 'one';
const isWhole = asked === 'all';
const sample = asked === 'one' ? 1 : Number(asked);

/** How many seeds come by before the call is another one: a multiple of every number of faults, so that each meets each call. */
const TURN = 120;

/** Every fault where more than one is asked for; else one, which the seed chooses, and another for the next work. */
export function rotating<T>(faults: readonly T[], work: number): readonly T[] {
  const chosen = (seed + work) % faults.length;
  return asked === 'one' ? faults.slice(chosen, chosen + 1) : faults;
}

/** Tells, when the file's tests have ended, how many faults were brought in. */
export function tellFaults(edge: string): { add(injections: number): void } {
  let total = 0;
  afterAll(() => {
    const line = `${edge}: ${String(total)} faults (${isWhole ? 'every call' : `a part, UNWIND_TEST_SEED=${String(seed)}`})\n`;
    process.stdout.write(line);
    const report = process.env['UNWIND_FAULT_REPORT'];
    if (report !== undefined) appendFileSync(report, line);
  });
  return {
    add: (injections) => {
      total += injections;
    },
  };
}

/**
 * Does the work again and again, each time with the fault at another call, once and for good: the first, the second, … until one passes
 * untouched. Those that the seed chooses, unless all are asked for. Gives how many faults there were.
 */
export async function failEachCall(loop: Loop): Promise<number> {
  let injections = 0;
  if (isWhole) {
    for (const lasting of LASTING) injections += await failAllCalls(loop, lasting);
    return injections;
  }
  for (const { number, lasting } of await someCalls(loop)) {
    injections += await failOneCall(loop, number, lasting);
  }
  return injections;
}

/** Goes on after calls that were not borne, which are told together: all of them take hours. */
async function failAllCalls(loop: Loop, lasting: Lasting): Promise<number> {
  const failures: unknown[] = [];
  let injections = 0;
  let met = 0;
  for (let number = 1; number === 1 || met > 0; number += 1) {
    try {
      met = await failOneCall(loop, number, lasting);
    } catch (error) {
      failures.push(error);
      if (failures.length === ENOUGH_FAILURES) break;
      met = 1;
    }
    injections += met;
  }
  if (failures.length > 0) throw new Error(failures.map(String).join('\n'));
  return injections;
}

/** So many failures of one kind tell of a reason that they share. */
const ENOUGH_FAILURES = 10;

const LASTING: readonly Lasting[] = ['once', 'for good'];

/** Calls that lie evenly between the first and the last. */
async function someCalls(
  loop: Loop,
): Promise<readonly { readonly number: number; readonly lasting: Lasting }[]> {
  const strike = strikeAt(Number.POSITIVE_INFINITY, 'once');
  await withSite(loop, async ({ site, app, given }) => {
    loop.fault.arm(site, strike);
    await attempt(loop.work, app, given);
  });
  const calls = strike.seen.length;
  const count = Math.min(sample, calls);
  const turn = Math.floor(seed / TURN);
  return Array.from({ length: count }, (_, index) => ({
    number: 1 + ((Math.floor(turn / LASTING.length) + Math.floor((index * calls) / count)) % calls),
    lasting: LASTING[(turn + index) % LASTING.length] ?? 'once',
  }));
}

/** Gives 1 where the fault met a call, else 0: the work passed untouched. */
async function failOneCall(loop: Loop, number: number, lasting: Lasting): Promise<number> {
  const strike = strikeAt(number, lasting);
  try {
    await within(WITHIN_MS, () =>
      withSite(loop, (place) => strikeAndFinish(loop, { strike, lasting }, place)),
    );
  } catch (error) {
    throw new Error(
      `${loop.work.name}, ${loop.fault.name} ${lasting} at call ${String(number)} (${strike.met.slice(0, 3).join(' | ')}): ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
  return strike.met.length === 0 ? 0 : 1;
}

interface Place {
  readonly site: Worksite;
  readonly app: TestApp;
  readonly given: string;
}

async function strikeAndFinish(
  loop: Loop,
  { strike, lasting }: { readonly strike: Strike; readonly lasting: Lasting },
  place: Place,
): Promise<void> {
  const { work, fault } = loop;
  const { site, app, given } = place;

  fault.arm(site, strike);
  const refused = await attempt(work, app, given);
  fault.disarm();

  const error = refused ?? (await errorOfRun(app, given));
  if (error !== null) expectForOperators(error, fault.codes);
  await expectNothingLost(site, work);
  expect(site.openFiles(), 'files that were left open').toEqual([]);
  // A fault that lasts ends with the process: whoever comes next knows nothing of it.
  const next = lasting === 'once' ? app : await openApp(site.env);
  await work.finish(site, next, given);
  if (next !== app) await next.close();
}

async function withSite(loop: Loop, use: (place: Place) => Promise<void>): Promise<void> {
  const site = await loop.site();
  const app = await openApp(site.env);
  try {
    await use({ site, app, given: await loop.work.prepare(site, app) });
  } finally {
    loop.fault.disarm();
    await app.close();
    site.remove();
  }
}

async function within(ms: number, work: () => Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`it hangs: no end after ${String(ms)} ms`));
    }, ms);
  });
  try {
    await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}
