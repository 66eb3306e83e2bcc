import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createProgressMeter,
  type ProgressMeter,
} from '../../../../src/main/core/run/progress-meter.ts';
import type { PlanStep } from '../../../../src/shared/domain/plan.ts';
import type { Progress } from '../../../../src/shared/domain/run.ts';
import { aHandClock, type HandClock } from '../../../support/builders/a-clock.ts';
import { RUN_ID } from '../../../support/builders/a-plan.ts';
import { propertySettings } from '../../../support/migration/property-settings.ts';

function aStep(name: PlanStep['name'], itemCount: number): PlanStep {
  return { name, title: `Title of ${name}`, itemCount, pointOfNoReturn: false };
}

const steps = [aStep('snapshot', 10), aStep('reset-rows', 20), aStep('verify', 10)];

interface Measured {
  readonly meter: ProgressMeter;
  readonly clock: HandClock;
  readonly events: readonly Progress[];
}

function aMeter(): Measured {
  const clock = aHandClock();
  const events: Progress[] = [];
  const meter = createProgressMeter({
    runId: RUN_ID,
    steps,
    clock,
    onChange: (progress) => events.push(progress),
  });
  return { meter, clock, events };
}

describe('progress of a run', () => {
  test('names the step, its items and how far the whole run is', () => {
    const { meter, clock } = aMeter();

    meter.enter('reset-rows', 0);
    clock.advance(1_500);
    meter.advance(10);

    expect(meter.latest).toEqual({
      runId: RUN_ID,
      seq: 2,
      at: '2026-08-01T12:00:01.500Z',
      state: 'running',
      stage: 'Title of reset-rows',
      step: 'reset-rows',
      stepIndex: 1,
      stepCount: 3,
      done: 10,
      total: 20,
      fraction: 0.5,
      ratePerSecond: 10_000 / 1_500,
      etaMs: 1_500,
      elapsedMs: 1_500,
      niceRatio: 0,
      problems: 0,
      lastProblem: null,
    });
  });

  test('numbers its events from 1, one after the other', () => {
    const { meter, events } = aMeter();

    meter.enter('snapshot', 0);
    meter.advance(5);
    meter.problem('left r-1 alone');
    meter.state('paused');

    expect(events.map((event) => event.seq)).toEqual([1, 2, 3, 4]);
    expect(events.at(-1)).toMatchObject({
      state: 'paused',
      problems: 1,
      lastProblem: 'left r-1 alone',
    });
  });

  test('has no rate before there is something to measure', () => {
    const { meter, clock } = aMeter();

    meter.enter('snapshot', 0);
    clock.advance(100);
    meter.advance(1);

    expect(meter.latest).toMatchObject({ ratePerSecond: null, etaMs: null });
  });

  test('measures the rate over the last seconds only', () => {
    const { meter, clock } = aMeter();
    meter.enter('reset-rows', 0);
    clock.advance(60_000);
    meter.advance(1);

    clock.advance(1_000);
    meter.advance(4);

    expect(meter.latest).toMatchObject({ ratePerSecond: 4, etaMs: 3_750 });
  });

  test('does not count what an earlier process did into the rate', () => {
    const { meter, clock } = aMeter();

    meter.enter('reset-rows', 15);
    clock.advance(1_000);
    meter.advance(1);

    expect(meter.latest).toMatchObject({ done: 16, ratePerSecond: 1, etaMs: 4_000 });
  });

  test('measures each step by itself', () => {
    const { meter, clock } = aMeter();
    meter.enter('snapshot', 0);
    clock.advance(1_000);
    meter.advance(10);

    meter.enter('reset-rows', 0);
    clock.advance(1_000);
    meter.advance(5);

    expect(meter.latest).toMatchObject({ ratePerSecond: 5, etaMs: 3_000 });
  });

  test('promises no end while nothing moves', () => {
    const { meter, clock } = aMeter();

    meter.enter('snapshot', 0);
    clock.advance(2_000);
    meter.problem('slow');

    expect(meter.latest).toMatchObject({ ratePerSecond: 0, etaMs: null });
  });

  test('never says that less than no time is left', () => {
    const { meter, clock } = aMeter();

    meter.enter('snapshot', 0);
    clock.advance(1_000);
    meter.advance(12);

    expect(meter.latest).toMatchObject({ fraction: 0.25, etaMs: 0 });
  });

  test('has no time left once it has ended', () => {
    const { meter, clock } = aMeter();
    meter.enter('reset-rows', 0);
    clock.advance(1_000);
    meter.advance(10);

    meter.state('ended');

    expect(meter.latest).toMatchObject({ state: 'ended', fraction: 0.5, etaMs: null });
  });

  test('never goes back, and never past the end', () => {
    const move = fc.oneof(
      fc.record({ enter: fc.constantFrom(...steps.map((step) => step.name)), done: fc.nat(25) }),
      fc.record({ advance: fc.nat(30) }),
    );
    fc.assert(
      fc.property(fc.array(move), (moves) => {
        const { meter, events } = aMeter();
        for (const one of moves) {
          if ('enter' in one) meter.enter(one.enter, one.done);
          else meter.advance(one.advance);
        }
        const fractions = events.map((event) => event.fraction);
        expect(fractions).toEqual(fractions.toSorted((left, right) => left - right));
        expect(Math.max(0, ...fractions)).toBeLessThanOrEqual(1);
      }),
      propertySettings({ runs: 300 }),
    );
  });
});
