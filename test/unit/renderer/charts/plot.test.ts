import { describe, expect, test } from 'vitest';
import { plotOf } from '../../../../src/renderer/components/charts/plot.ts';

const WEEK = ['21', '22', '23', '24', '25', '26', '27'].map((day) => `2026-11-${day}`);

describe('layout of a chart', () => {
  test('begins at zero, whatever the values are', () => {
    const plot = plotOf({ days: WEEK, most: 900, width: 600, shape: 'lines', unit: 'any' });

    expect(plot.ticks[0]).toBe(0);
    expect(plot.yOf(0)).toBe(plot.bottom);
    expect(plot.yOf(900)).toBeGreaterThanOrEqual(plot.top);
  });

  test('has room for nothing but zero where nothing is counted', () => {
    const plot = plotOf({ days: WEEK, most: 0, width: 600, shape: 'bars', unit: 'count' });

    expect(plot.ticks).toEqual([0, 1]);
  });

  test('has no tick between whole numbers where things are counted', () => {
    const plot = plotOf({ days: WEEK, most: 2, width: 600, shape: 'bars', unit: 'count' });

    expect(plot.ticks).toEqual([0, 1, 2]);
  });

  test('has ticks at round numbers of an IEC unit where bytes are drawn', () => {
    const most = 1.7 * 1024 * 1024;
    const plot = plotOf({ days: WEEK, most, width: 600, shape: 'lines', unit: 'bytes' });

    expect(plot.ticks.map((tick) => tick / 1024 / 1024)).toEqual([0, 0.5, 1, 1.5, 2]);
  });

  test('labels as many days as there is room for, the newest always', () => {
    const plot = plotOf({ days: WEEK, most: 1, width: 260, shape: 'bars', unit: 'count' });

    expect(plot.labelledDays).toEqual(['2026-11-21', '2026-11-24', '2026-11-27']);
  });

  test('keeps days in order, none over another', () => {
    const plot = plotOf({ days: WEEK, most: 1, width: 600, shape: 'bars', unit: 'count' });

    const lefts = WEEK.map((day) => plot.bandOf(day));
    const gaps = lefts.slice(1).map((left, index) => left - (lefts[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThan(plot.bandWidth);
  });
});
