import { scaleBand, scaleLinear } from 'd3-scale';

const HEIGHT = 176;
const MARGIN = { top: 12, bottom: 24, left: 64 } as const;
/** Room at the right edge; names at the ends of lines need more. */
const RIGHT = { lines: 92, bars: 16 } as const;
const WIDEST_BAR = 36;
const LABEL_WIDTH = 56;
const TICK_COUNT = 4;

/** Where things of a chart over days stand, in pixels from its upper left corner. */
export interface Plot {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly bandWidth: number;
  /** Left edge of a day's band. */
  bandOf(day: string): number;
  centreOf(day: string): number;
  yOf(value: number): number;
  readonly ticks: readonly number[];
  /** The days that are labelled: as many as there is room for, the newest always. */
  readonly labelledDays: readonly string[];
}

/** Lays out a chart from zero to at least `most`, `width` pixels wide. `days` are in order. */
export function plotOf(chart: {
  readonly days: readonly string[];
  readonly most: number;
  readonly width: number;
  readonly shape: keyof typeof RIGHT;
  /** `count`: no tick between whole numbers. `bytes`: ticks at round numbers of an IEC unit. */
  readonly unit: 'count' | 'bytes' | 'any';
}): Plot {
  const { days, width } = chart;
  const left = MARGIN.left;
  const right = Math.max(left + 1, width - RIGHT[chart.shape]);
  const bottom = HEIGHT - MARGIN.bottom;
  const x = scaleBand(days, [left, right]).paddingInner(0.25).paddingOuter(0.1);
  const one = chart.unit === 'bytes' ? unitBytesOf(chart.most) : 1;
  const y = scaleLinear([0, Math.max(chart.most / one, 1)], [bottom, MARGIN.top]).nice(TICK_COUNT);
  const ticks = y.ticks(TICK_COUNT);
  const bandWidth = Math.min(x.bandwidth(), WIDEST_BAR);
  const centreOf = (day: string) => (x(day) ?? left) + x.bandwidth() / 2;
  const step = Math.ceil(days.length / Math.max(1, Math.floor((right - left) / LABEL_WIDTH)));
  return {
    width,
    height: HEIGHT,
    left,
    right,
    top: MARGIN.top,
    bottom,
    bandWidth,
    bandOf: (day) => centreOf(day) - bandWidth / 2,
    centreOf,
    yOf: (value) => y(value / one),
    ticks: (chart.unit === 'count' ? ticks.filter((tick) => Number.isInteger(tick)) : ticks).map(
      (tick) => tick * one,
    ),
    labelledDays: days.filter((_, index) => (days.length - 1 - index) % step === 0),
  };
}

/** The size of the IEC unit in which `sizeBytes` is between 1 and 1024. */
function unitBytesOf(sizeBytes: number): number {
  let unit = 1;
  while (sizeBytes / unit >= 1024) unit *= 1024;
  return unit;
}
