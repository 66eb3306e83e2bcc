import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PlanSummary } from '../../../src/shared/domain/plan.ts';
import { openApp, type TestApp } from '../migration/open-app.ts';
import type { Act } from './act.ts';
import type { ActChildren, ChildEnd } from './act-in-child.ts';
import type { CrashWorld, Seen } from './crash-world.ts';
import { type Bounds, differences, normalised, wrongAfterKill, wrongAtEnd } from './invariants.ts';
import { readRunFile } from './run-file-seen.ts';
import { nameOf, planScenario, type Scenario } from './scenario.ts';

const CAN_BE_UNDONE: ReadonlySet<Scenario['action']> = new Set(['run', 'restore']);

/** What a scenario is when nothing kills it: the yardstick for every kill, and the points that there are. */
export interface Yardstick {
  readonly scenario: Scenario;
  readonly bounds: Bounds;
  readonly debts: unknown;
  /** `<point>:<n>` of every point that the run passes, in order. */
  readonly points: readonly string[];
}

/** Where cases happen. */
export interface CrashPlaces {
  readonly children: ActChildren;
  makeWorld(scenario: Scenario): Promise<CrashWorld>;
}

interface Prepared {
  readonly world: CrashWorld;
  readonly app: TestApp;
  readonly plan: PlanSummary;
  readonly before: Seen;
}

/** Executes a scenario without a kill, recording its points. */
export async function measure(places: CrashPlaces, scenario: Scenario): Promise<Yardstick> {
  return withWorld(places, scenario, async ({ world, app, plan, before }) => {
    const file = join(world.home, 'points');
    const end = await places.children.act(world.env, startOf(plan), `record:${file}`);
    if (end.output !== 'succeeded') throw new Error(`${nameOf(scenario)} ended: ${end.output}`);
    return {
      scenario,
      bounds: { before: normalised(before), goal: normalised(await world.look()) },
      debts: await debtsOf(app),
      points: numbered(readFileSync(file, 'utf8').trimEnd().split('\n')),
    };
  });
}

/**
 * Kills a run at the first of `kills`, the process that goes on at the second, and so on; looks at what each left behind, then has
 * this process finish it, looks again, and takes a rollback back. Returns what was wrong, in words.
 */
export async function killAndFinish(
  places: CrashPlaces,
  yardstick: Yardstick,
  kills: readonly string[],
): Promise<readonly string[]> {
  const wrong: string[] = [];
  try {
    await withWorld(places, yardstick.scenario, async (prepared) => {
      for await (const found of complaints(places, yardstick, { ...prepared, kills })) {
        wrong.push(...found);
      }
    });
  } catch (error) {
    // What was wrong before says more than what it led to.
    wrong.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  return wrong;
}

async function* complaints(
  places: CrashPlaces,
  { scenario, bounds, debts }: Yardstick,
  killed: Prepared & { readonly kills: readonly string[] },
): AsyncGenerator<readonly string[]> {
  const { world, app, plan, before, kills } = killed;
  for (const [depth, point] of kills.entries()) {
    const act = await nextAct(app, plan, depth);
    if (act === undefined) throw new Error(`Nothing was left to kill at ${point}.`);
    const end = await places.children.act(world.env, act, point);
    if (end.signal !== 'SIGKILL') throw new Error(`Was not killed at ${point}: ${inWords(end)}`);
    yield await wrongAfterKill(world, plan.runFile, bounds);
  }
  yield await finish(app, plan);
  yield await wrongAtEnd(world, plan.runFile, bounds);
  if (JSON.stringify(await debtsOf(app)) !== JSON.stringify(debts)) {
    yield ['the ledger says something else than without the kill'];
  }
  // At greater depth the way back is the same.
  if (!CAN_BE_UNDONE.has(scenario.action) || kills.length > 1) return;
  await app.run(await app.planUndo(plan.runId));
  yield differences('after the undo', { ...(await world.look()), copies: {} }, before);
}

/** The points that the recovery of a run passes that was killed at `point`. Empty where nothing is left to recover. */
export async function measureRecovery(
  places: CrashPlaces,
  scenario: Scenario,
  point: string,
): Promise<readonly string[]> {
  return withWorld(places, scenario, async ({ world, app, plan }) => {
    await places.children.act(world.env, startOf(plan), point);
    const act = await nextAct(app, plan, 1);
    if (act === undefined) return [];
    const file = join(world.home, 'points');
    await places.children.act(world.env, act, `record:${file}`);
    return numbered(readFileSync(file, 'utf8').trimEnd().split('\n'));
  });
}

async function withWorld<T>(
  places: CrashPlaces,
  scenario: Scenario,
  work: (prepared: Prepared) => Promise<T>,
): Promise<T> {
  const world = await places.makeWorld(scenario);
  const app = await openApp(world.env);
  try {
    const plan = await planScenario(app, scenario);
    return await work({ world, app, plan, before: await world.look() });
  } finally {
    await app.close();
    await world.remove();
  }
}

function startOf(plan: PlanSummary): Act {
  const { runId, digest, confirmationPhrase: confirmation } = plan;
  return { act: 'start', runId, digest, confirmation };
}

/** What goes on with a run: nothing when it is over. */
async function nextAct(app: TestApp, plan: PlanSummary, depth: number): Promise<Act | undefined> {
  if (depth === 0) return startOf(plan);
  const { state } = await app.client.run.get({ runId: plan.runId });
  if (state === 'planned') return startOf(plan);
  return state === 'interrupted' ? { act: 'resume', runId: plan.runId } : undefined;
}

/** Finishes a run in this process, as an operator would who finds it. */
async function finish(app: TestApp, plan: PlanSummary): Promise<readonly string[]> {
  const { runId } = plan;
  const found = await app.client.run.get({ runId });
  const openIntents = readRunFile(plan.runFile);
  const ended = await (async () => {
    if (found.state === 'planned') return app.run(plan);
    return found.state === 'interrupted' ? app.resume(runId) : found;
  })();
  return [
    ...(ended.state === 'succeeded'
      ? []
      : [`was found ${found.state}, ended ${ended.state}: ${String(ended.error?.message)}`]),
    ...(ended !== found && existsSync(`${plan.runFile}-wal`)
      ? ['the run file was not folded into one']
      : []),
    ...(ended.verification?.passed === true ? [] : ['the end is not verified']),
    ...(openIntents.decisions <= ended.decisions.length ? [] : ['a decision of recovery is gone']),
  ];
}

async function debtsOf(app: TestApp): Promise<unknown> {
  const { debts } = await app.client.debt.list({});
  return normalised(
    debts.map(({ kind, state, itemCount, openCount }) => ({ kind, state, itemCount, openCount })),
  );
}

function numbered(points: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  return points.map((point) => {
    const count = (counts.get(point) ?? 0) + 1;
    counts.set(point, count);
    return `${point}:${String(count)}`;
  });
}

function inWords({ signal, exitCode, output }: ChildEnd): string {
  return `signal ${String(signal)}, exit code ${String(exitCode)}, ${output}`;
}
