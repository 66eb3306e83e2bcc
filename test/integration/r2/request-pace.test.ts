import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { requestPace, type Verdict } from '../../../src/main/adapters/r2/request-pace.ts';
import { OperatorError } from '../../../src/shared/domain/operator-error.ts';

const LIMITS = { first: 4, most: 10 };

function aPace(limits = LIMITS) {
  const closed = new AbortController();
  return {
    pace: requestPace(limits, closed.signal),
    close: () => {
      closed.abort();
    },
  };
}

const fine = (): Verdict => ({ kind: 'fine' });
const slowDown =
  (waitMs = 0) =>
  (): Verdict => ({ kind: 'slow-down', waitMs });

function refusal(): Promise<never> {
  return Promise.reject(new OperatorError('R2_RATE_LIMITED', { message: 'slow', hint: 'wait' }));
}

/** Runs `count` requests at once and gives the most that were under way together. */
async function mostTogether(pace: ReturnType<typeof requestPace>, count: number): Promise<number> {
  let together = 0;
  let most = 0;
  const one = async () => {
    together += 1;
    most = Math.max(most, together);
    await sleep(1);
    together -= 1;
  };
  await Promise.all(Array.from({ length: count }, () => pace.run(one, fine)));
  return most;
}

describe('pace of requests', () => {
  test('begins with few at a time', async () => {
    const { pace } = aPace();

    expect(await mostTogether(pace, 4)).toBe(4);
    expect(pace.width).toBe(4);
  });

  test('grows while all goes well, up to its most', async () => {
    const { pace } = aPace();

    await mostTogether(pace, 30);
    const between = pace.width;
    await mostTogether(pace, 200);

    expect(between).toBeGreaterThan(4);
    expect(between).toBeLessThan(10);
    expect(pace.width).toBe(10);
    expect(await mostTogether(pace, 50)).toBe(10);
  });

  test('does not grow on room that nobody uses', async () => {
    const { pace } = aPace();

    for (let done = 0; done < 50; done += 1) await pace.run(() => sleep(0), fine);

    expect(pace.width).toBe(4);
  });

  test('halves when it is asked to slow down, once for all that were under way, and grows again', async () => {
    const { pace } = aPace({ first: 8, most: 10 });

    await Promise.allSettled(
      Array.from({ length: 8 }, () => pace.run(() => sleep(5).then(refusal), slowDown())),
    );
    const slowed = pace.width;
    await mostTogether(pace, 200);

    expect(slowed).toBe(4);
    expect(pace.width).toBe(10);
  });

  test('never goes below one at a time', async () => {
    const { pace } = aPace();

    for (let asked = 0; asked < 6; asked += 1) {
      await pace.run(refusal, slowDown()).catch(() => undefined);
    }

    expect(pace.width).toBe(1);
    expect(await mostTogether(pace, 1)).toBe(1);
  });

  test('starts nothing before the time that was asked for has passed', async () => {
    const { pace } = aPace();
    await pace.run(refusal, slowDown(200)).catch(() => undefined);
    const startedAt = performance.now();

    await pace.run(() => Promise.resolve(), fine);

    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(195);
  });

  test('lets nobody wait once the connection is closed', async () => {
    const { pace, close } = aPace();
    await pace.run(refusal, slowDown(60_000)).catch(() => undefined);
    const waiting = pace.run(() => Promise.resolve('ran'), fine);

    close();

    expect(await waiting).toBe('ran');
  });
});
