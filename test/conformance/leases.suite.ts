import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Lease, Leases } from '../../src/main/core/ports/lease.ts';
import type { LeaseProcess } from '../support/d1/lease-process.ts';

/** One free target, its leases as this process sees them, and other processes that may want it. */
export interface LeaseSubject {
  /** A new `Leases` of the target. */
  leases(): Leases;
  /** Starts a process that acquires the target for `runId` when ordered. */
  startProcess(runId: string): Promise<LeaseProcess>;
}

const runA = '01JD000000000000000000000A';
const runB = '01JD000000000000000000000B';
const operator = { user: 'ada', host: 'jump-1', pid: process.pid, door: 'browser' } as const;
const at = '2026-11-21T02:00:00.000Z';
const raceRounds = 12;

/** What every implementation of `Leases` promises. `create` makes one free target per test. */
export function describeLeases(name: string, create: () => Promise<LeaseSubject>): void {
  describe(`lease on ${name}`, () => {
    let subject: LeaseSubject;

    beforeEach(async () => {
      subject = await create();
    });

    async function acquire(runId: string): Promise<Lease> {
      const lease = await subject.leases().acquire({ operator, runId, at });
      onTestFinished(() => lease.release());
      return lease;
    }

    test('names its holder while it is held, and nobody before and after', async () => {
      expect(await subject.leases().find()).toBeUndefined();

      const lease = await acquire(runA);
      expect(lease.holder).toEqual({ operator, runId: runA, since: at, token: lease.holder.token });
      expect(await subject.leases().find()).toEqual(lease.holder);

      await lease.release();
      expect(await subject.leases().find()).toBeUndefined();
    });

    test('is refused to a second one in the same process', async () => {
      await acquire(runA);

      await expect(acquire(runB)).rejects.toMatchObject({ code: 'TARGET_LOCKED', exitCode: 7 });
    });

    test('goes to one of two that ask at the same moment, under its own name', async () => {
      const asked = [runA, runB].map((runId) => acquire(runId).catch(() => undefined));

      const held = (await Promise.all(asked)).filter((lease) => lease !== undefined);

      expect(held).toHaveLength(1);
      expect(await subject.leases().find()).toEqual(held[0]?.holder);
    });

    test('is refused to another process with everything about the holder', async () => {
      const { token } = (await acquire(runA)).holder;
      const other = await subject.startProcess(runB);

      const answer = await other.order('acquire');

      expect(answer).toMatchObject({
        state: 'refused',
        error: {
          code: 'TARGET_LOCKED',
          details: { holder: { ...operator, runId: runA, since: at, token } },
        },
      });
      const message = answer.state === 'refused' ? answer.error.message : '';
      for (const fact of ['ada', 'jump-1', String(process.pid), 'browser', runA, at]) {
        expect(message).toContain(fact);
      }
    });

    test('is still held after a refused attempt', async () => {
      const lease = await acquire(runA);
      await expect(acquire(runB)).rejects.toMatchObject({ code: 'TARGET_LOCKED' });

      expect(await subject.leases().find()).toEqual(lease.holder);
      const other = await subject.startProcess(runB);
      expect(await other.order('acquire')).toMatchObject({ state: 'refused' });
    });

    test('is given out again after its release, with a greater token', async () => {
      const first = await acquire(runA);
      await first.release();
      const other = await subject.startProcess(runB);

      const answer = await other.order('acquire');

      expect(answer).toMatchObject({ state: 'held', holder: { runId: runB } });
      expect(tokenOf(answer)).toBeGreaterThan(first.holder.token);
      expect(await subject.leases().find()).toMatchObject({ runId: runB });
    });

    test('is released once: a second release leaves the next holder alone', async () => {
      const first = await acquire(runA);
      await first.release();
      const second = await acquire(runB);

      await first.release();

      expect(await subject.leases().find()).toEqual(second.holder);
    });

    test('is free at once when its holder is killed', async () => {
      const victim = await subject.startProcess(runB);
      const held = await victim.order('acquire');
      expect(await subject.leases().find()).toMatchObject({ runId: runB });

      await victim.kill();

      expect(await subject.leases().find()).toBeUndefined();
      const lease = await acquire(runA);
      expect(lease.holder.token).toBeGreaterThan(tokenOf(held));
      expect(await subject.leases().find()).toEqual(lease.holder);
    });

    test('goes to exactly one of two processes that start together, time after time', async () => {
      const racers = await Promise.all([subject.startProcess(runA), subject.startProcess(runB)]);
      const tokens: number[] = [];

      for (let round = 0; round < raceRounds; round += 1) {
        const answers = await Promise.all(racers.map((racer) => racer.order('acquire')));

        expect(answers.map(({ state }) => state).toSorted()).toEqual(['held', 'refused']);
        expect(await subject.leases().find()).toEqual(answers.map(holderOf).find(Boolean));
        tokens.push(...answers.map(tokenOf).filter((token) => token > 0));
        await Promise.all(racers.map((racer) => racer.order('release')));
      }

      expect(tokens).toHaveLength(raceRounds);
      expect(tokens).toEqual([...new Set(tokens)].toSorted((a, b) => a - b));
    });
  });
}

type Answer = Awaited<ReturnType<LeaseProcess['order']>>;

function holderOf(answer: Answer) {
  return answer.state === 'held' ? answer.holder : undefined;
}

/** The token of an answer that says "held"; 0 for any other. */
function tokenOf(answer: Answer): number {
  return holderOf(answer)?.token ?? 0;
}
