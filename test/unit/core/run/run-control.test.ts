import { describe, expect, test } from 'vitest';
import { createRunControl, type RunControl } from '../../../../src/main/core/run/run-control.ts';
import { aHandClock } from '../../../support/builders/a-clock.ts';

function aControl() {
  const clock = aHandClock();
  const states: string[] = [];
  const ratios: number[] = [];
  const control: RunControl = createRunControl({
    clock,
    onState: (state) => states.push(state),
    onThrottle: (niceRatio) => ratios.push(niceRatio),
  });
  return { control, clock, states, ratios };
}

/** Whether `promise` has settled after everything that was ready had its turn. */
async function settled(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol('pending');
  const turn = new Promise((resolve) => setImmediate(resolve)).then(() => pending);
  return (await Promise.race([promise, turn])) !== pending;
}

describe('control of a run', () => {
  test('lets a run go on', async () => {
    const { control } = aControl();

    expect(control.state).toBe('going');
    await expect(control.mayGoOn()).resolves.toBe('go');
  });

  test('holds a paused run until it is continued', async () => {
    const { control } = aControl();
    control.pause();

    const mayGoOn = control.mayGoOn();

    expect(await settled(mayGoOn)).toBe(false);
    control.continue();
    await expect(mayGoOn).resolves.toBe('go');
  });

  test('stops a run', async () => {
    const { control } = aControl();

    control.stop();

    await expect(control.mayGoOn()).resolves.toBe('stop');
  });

  test('stops a paused run', async () => {
    const { control } = aControl();
    control.pause();
    const mayGoOn = control.mayGoOn();

    control.stop();

    await expect(mayGoOn).resolves.toBe('stop');
  });

  test('holds a run that is paused again before it could go on', async () => {
    const { control } = aControl();
    control.pause();
    const mayGoOn = control.mayGoOn();

    control.continue();
    control.pause();

    expect(await settled(mayGoOn)).toBe(false);
    control.stop();
    await mayGoOn;
  });

  test('takes a stop back by nothing', async () => {
    const { control, states } = aControl();

    control.stop();
    control.continue();
    control.pause();

    expect(control.state).toBe('stopping');
    expect(states).toEqual(['stopping']);
    await expect(control.mayGoOn()).resolves.toBe('stop');
  });

  test('tells each change once', () => {
    const { control, states } = aControl();

    control.continue();
    control.pause();
    control.pause();
    control.continue();
    control.stop();
    control.stop();

    expect(states).toEqual(['paused', 'going', 'stopping']);
  });
});

describe('throttle of a run', () => {
  async function afterAChunk(niceRatio: number, workedMs: number) {
    const made = aControl();
    made.control.throttle(niceRatio);
    await made.control.mayGoOn();
    made.clock.advance(workedMs);
    return { ...made, mayGoOn: made.control.mayGoOn() };
  }

  test('rests as many times as long as the chunk took', async () => {
    const { clock, mayGoOn } = await afterAChunk(3, 100);

    clock.advance(299);
    expect(await settled(mayGoOn)).toBe(false);
    clock.advance(1);
    expect(await settled(mayGoOn)).toBe(true);
  });

  test('does not count the rest as work', async () => {
    const { control, clock, mayGoOn } = await afterAChunk(1, 100);
    clock.advance(100);
    await mayGoOn;

    clock.advance(10);
    const next = control.mayGoOn();

    clock.advance(9);
    expect(await settled(next)).toBe(false);
    clock.advance(1);
    expect(await settled(next)).toBe(true);
  });

  test('rests at most half a minute at a time', async () => {
    const { clock, mayGoOn } = await afterAChunk(100, 60_000);

    clock.advance(30_000);

    expect(await settled(mayGoOn)).toBe(true);
  });

  test.each<['throttle' | 'stop' | 'pause', boolean]>([
    ['throttle', true],
    ['stop', true],
    ['pause', false],
  ])('is woken by %s', async (by, goesOn) => {
    const { control, mayGoOn } = await afterAChunk(100, 1_000);
    expect(await settled(mayGoOn)).toBe(false);

    if (by === 'throttle') control.throttle(0);
    else control[by]();

    expect(await settled(mayGoOn)).toBe(goesOn);
    control.stop();
  });

  test('tells each change once', () => {
    const { control, ratios } = aControl();

    control.throttle(0);
    control.throttle(1);
    control.throttle(1);
    control.throttle(0);

    expect(ratios).toEqual([1, 0]);
  });
});
