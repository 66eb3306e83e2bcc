import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { PlanSummary } from '../../../src/shared/domain/plan.ts';
import type { World } from '../../support/migration/a-migration.ts';
import { startInChild } from '../../support/migration/in-child.ts';
import { errorOf, openApp, type TestApp } from '../../support/migration/open-app.ts';
import { propertySettings } from '../../support/migration/property-settings.ts';
import { type FaultProxy, startFaultProxy } from '../../support/r2/start-fault-proxy.ts';
import { startR2, type TestR2 } from '../../support/r2/start-r2.ts';
import {
  aRacer,
  type Racer,
  type RacerAnswer,
  toStart,
} from '../../support/two-operators/racer.ts';

/** A target that keeps a history of its rows by itself. */
export interface WatchedTarget {
  readonly env: Readonly<Record<string, string>>;
  world(): Promise<World>;
  /** Records that went from another status to `rolled_back`, one entry each time, since the last call. */
  takeResets(): Promise<readonly string[]>;
  remove(): void;
}

export const FILES = [{ id: 'a' }, { id: 'b' }, { id: 'c', batchId: 'b-2' }] as const;
const ALL_RECORDS = ['rec-a', 'rec-b', 'rec-c'];
const { numRuns: ROUNDS } = propertySettings({ runs: 3 });
const REFUSALS = ['TARGET_LOCKED', 'PLAN_ALREADY_EXECUTED', 'PLAN_STALE', 'RUN_NOT_RESUMABLE'];
const denied = {
  kind: 'answer',
  status: 403,
  body: '<Error><Code>AccessDenied</Code></Error>',
} as const;

/** Two operators, each in a process of its own, who want the same at the same moment. */
export function describeTwoOperators(
  name: string,
  create: (r2: TestR2, proxy: FaultProxy) => Promise<WatchedTarget>,
): void {
  describe(`two operators on ${name}`, { timeout: 300_000 }, () => {
    let r2: TestR2;
    let proxy: FaultProxy;
    let target: WatchedTarget;
    let app: TestApp;
    let before: World;

    beforeAll(async () => {
      r2 = await startR2();
      proxy = await startFaultProxy(r2.address.endpoint);
    });
    afterAll(async () => {
      await proxy.stop();
      await r2.stop();
    });
    beforeEach(async () => {
      target = await create(r2, proxy);
      app = await openApp(target.env);
      before = await target.world();
    });
    afterEach(async () => {
      await app.close();
      target.remove();
      proxy.use(() => undefined);
    });

    async function aPlan(): Promise<PlanSummary> {
      const accepted = { code: 'triggers', reason: 'they keep the history of this test' } as const;
      const scope = { failedOnly: false, full: true, mode: 'both' } as const;
      for await (const event of await app.client.plan.create({ scope, acceptances: [accepted] })) {
        if (event.kind === 'created') return event.plan;
      }
      throw new Error('Planning ended without a plan.');
    }

    /** Keys that requests asked to be deleted, as they went over the wire since the rule was set; quarantine copies left out. */
    function deletedKeys(): readonly string[] {
      return proxy.seen
        .filter(({ method, path }) => method === 'POST' && /[?&]delete\b/.test(path))
        .flatMap(({ body }) =>
          [...body.matchAll(/<Key>([^<]+)<\/Key>/g)].map(([, key]) => key ?? ''),
        )
        .filter((key) => !key.startsWith('.unwind-quarantine/'));
    }

    /** Forgets the history of rows and wire. */
    async function startWatching(): Promise<void> {
      await target.takeResets();
      proxy.use(() => undefined);
    }

    async function expectEachAtMostOnce(): Promise<readonly string[]> {
      const resets = await target.takeResets();
      const deletes = deletedKeys();
      expect(resets.toSorted()).toEqual([...new Set(resets)].toSorted());
      expect(deletes.toSorted()).toEqual([...new Set(deletes)].toSorted());
      return resets;
    }

    function expectOneWinner(answers: readonly RacerAnswer[]): void {
      const winners = answers.filter(({ code }) => code === null);
      const losers = answers.filter(({ code }) => code !== null);
      expect(winners).toMatchObject([{ state: 'succeeded' }]);
      expect(losers.map(({ code }) => REFUSALS.includes(String(code)))).toEqual([true]);
    }

    async function twoRacers(): Promise<readonly [Racer, Racer]> {
      return Promise.all([aRacer(target.env), aRacer(target.env)]);
    }

    test('who start the same plan, or two plans for the same files: one runs, and every row and object goes once', async () => {
      const racers = await twoRacers();
      for (let round = 0; round < ROUNDS; round += 1) {
        const one = await aPlan();
        const other = round % 2 === 0 ? one : await aPlan();
        await startWatching();

        const answers = await Promise.all([
          racers[0].obey(toStart(one)),
          racers[1].obey(toStart(other)),
        ]);

        expectOneWinner(answers);
        expect([...(await expectEachAtMostOnce())].toSorted()).toEqual(ALL_RECORDS);
        expect(deletedKeys()).toHaveLength(ALL_RECORDS.length);
        const undo = await app.planUndo(answers[0].code === null ? one.runId : other.runId);
        expectOneWinner(await Promise.all(racers.map((racer) => racer.obey(toStart(undo)))));
        expect({ ...(await target.world()), quarantined: [] }).toEqual(before);
      }
    });

    test('of whom one starts while the other resumes: no row is reset twice, no object goes twice', async () => {
      const racers = await twoRacers();
      const dead = await aPlan();
      await startInChild(target.env, dead, 'rows.after-effect');
      const fresh = await aPlan().catch(() => undefined);
      await startWatching();

      const orders = [
        racers[0].obey({ act: 'resume', runId: dead.runId }),
        ...(fresh === undefined ? [] : [racers[1].obey(toStart(fresh))]),
      ];
      await Promise.all(orders);

      await expectEachAtMostOnce();
      expect((await target.world()).objects).toEqual({});
    });

    test('of whom one resumes while the other undoes: the files end rolled back, or exactly as before', async () => {
      const racers = await twoRacers();
      for (let round = 0; round < Math.ceil(ROUNDS / 2); round += 1) {
        const plan = await aPlan();
        proxy.use((seen) => (/[?&]delete\b/.test(seen.path) ? denied : undefined));
        expect(await app.run(plan)).toMatchObject({ state: 'failed' });
        const undo = await app.planUndo(plan.runId);
        await startWatching();

        const answers = await Promise.all([
          racers[0].obey({ act: 'resume', runId: plan.runId }),
          racers[1].obey(toStart(undo)),
        ]);

        expectOneWinner(answers);
        await expectEachAtMostOnce();
        const { objects, records } = await target.world();
        const isUndone = answers[1].code === null;
        expect(Object.keys(objects)).toHaveLength(isUndone ? ALL_RECORDS.length : 0);
        if (isUndone) expect(records).toEqual(before.records);
        else await app.run(await app.planUndo(plan.runId));
      }
    });

    test('of whom the second is told who runs, where, since when and for which run', async () => {
      const racer = await aRacer(target.env);
      const plan = await aPlan();
      const other = await aPlan();
      let letGo = (): void => undefined;
      const held = new Promise<void>((resolve) => {
        letGo = resolve;
      });
      const reached = new Promise<void>((resolve) => {
        proxy.use(async (seen) => {
          if (!seen.mutating) return undefined;
          resolve();
          await held;
          return undefined;
        });
      });
      const running = racer.obey(toStart(plan));
      await reached;

      for (const refused of [
        await errorOf(app.run(other)),
        await errorOf(app.client.run.resume({ runId: plan.runId })),
      ]) {
        expect(refused).toMatchObject({
          code: 'TARGET_LOCKED',
          exitCode: 7,
          details: { holder: { pid: racer.pid, door: 'cli', runId: plan.runId } },
        });
        for (const fact of [String(racer.pid), plan.runId, 'since 20']) {
          expect(refused.message).toContain(fact);
        }
      }
      letGo();
      expect(await running).toMatchObject({ state: 'succeeded' });
    });
  });
}
