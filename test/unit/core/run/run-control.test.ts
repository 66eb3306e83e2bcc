import { describe, expect, test } from 'vitest';
import { createRunControl, type RunControl } from '../../../../src/main/core/run/run-control.ts';

function aControl(): { readonly control: RunControl; readonly states: readonly string[] } {
  const states: string[] = [];
  return { control: createRunControl((state) => states.push(state)), states };
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
