import { area, line } from 'd3-shape';
import { Axes } from './axes.tsx';
import classes from './chart.module.css';
import { type Plot, plotOf } from './plot.ts';

const LABEL_GAP = 8;
const LABEL_HEIGHT = 14;
/** A limit that is more than so many times the largest value would press the lines to the ground: it is then only named. */
const LIMIT_IN_VIEW = 5;

/** A value a day; `null` where there was none. */
export interface Series {
  readonly name: string;
  readonly look: 'strong' | 'light';
  readonly values: readonly (number | null)[];
}

/** Lines over days, each named at its end, with a limit across. */
export function Lines(props: {
  readonly label: string;
  readonly days: readonly string[];
  readonly series: readonly Series[];
  readonly limit?: { readonly value: number; readonly name: string };
  /** Fills the room between the first line and zero. */
  readonly isFilled?: boolean;
  readonly unit: 'bytes' | 'any';
  readonly width: number;
  readonly valueText: (value: number) => string;
}) {
  const { days, series, limit, valueText } = props;
  const largest = Math.max(...series.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const limitInView = limit !== undefined && limit.value <= largest * LIMIT_IN_VIEW;
  const plot = plotOf({
    days,
    most: limitInView ? Math.max(largest, limit.value) : largest,
    width: props.width,
    shape: 'lines',
    unit: props.unit,
  });
  return (
    <svg width={plot.width} height={plot.height} role="img" aria-label={props.label}>
      <Axes plot={plot} valueText={valueText} />
      {props.isFilled === true ? (
        <Filled plot={plot} days={days} values={series[0]?.values ?? []} />
      ) : null}
      {limit === undefined ? null : (
        <g className={classes.limit}>
          {limitInView ? (
            <line
              x1={plot.left}
              x2={plot.right}
              y1={plot.yOf(limit.value)}
              y2={plot.yOf(limit.value)}
            />
          ) : null}
          <text
            x={plot.right + LABEL_GAP}
            y={limitInView ? plot.yOf(limit.value) : plot.top}
            dy="0.32em"
          >
            {limitInView ? limit.name : `${limit.name} ↑`}
          </text>
        </g>
      )}
      {series.map((one) => (
        <OneLine
          key={one.name}
          plot={plot}
          days={days}
          series={one}
          hasPoints={props.isFilled !== true}
        />
      ))}
      {endLabels(plot, days, series).map(({ name, x, y }) => (
        <text key={name} x={x + LABEL_GAP} y={y} dy="0.32em" className={classes.endLabel}>
          {name}
        </text>
      ))}
    </svg>
  );
}

function OneLine(props: {
  readonly plot: Plot;
  readonly days: readonly string[];
  readonly series: Series;
  readonly hasPoints: boolean;
}) {
  const { plot, series } = props;
  const points = props.days.map((day, index) => ({
    day,
    x: plot.centreOf(day),
    value: series.values[index] ?? null,
  }));
  const known = points.flatMap(({ day, x, value }) =>
    value === null ? [] : [{ day, x, y: plot.yOf(value) }],
  );
  const path = line<{ x: number; y: number }>(
    ({ x }) => x,
    ({ y }) => y,
  )(known);
  return (
    <g className={classes[series.look]}>
      <path d={path ?? undefined} />
      {known
        .filter((_, index) => props.hasPoints || index === known.length - 1)
        .map(({ day, x, y }) => (
          <circle key={day} cx={x} cy={y} r={2.5} />
        ))}
    </g>
  );
}

function Filled(props: {
  readonly plot: Plot;
  readonly days: readonly string[];
  readonly values: readonly (number | null)[];
}) {
  const { plot, days } = props;
  const path = area<number>(
    (_, index) => plot.centreOf(days[index] ?? ''),
    plot.bottom,
    (value) => plot.yOf(value),
  )(props.values.map((value) => value ?? 0));
  return <path d={path ?? undefined} className={classes.filled} />;
}

/** The names of lines at their last known points, the lower one pushed down where two would cover each other. */
function endLabels(plot: Plot, days: readonly string[], series: readonly Series[]) {
  const ends = series.flatMap(({ name, values }) => {
    const index = values.findLastIndex((value) => value !== null);
    const value = values[index] ?? null;
    return value === null
      ? []
      : [{ name, x: plot.centreOf(days[index] ?? ''), y: plot.yOf(value) }];
  });
  const ordered = ends.sort((a, b) => a.y - b.y);
  let lastY = Number.NEGATIVE_INFINITY;
  return ordered.map((end) => {
    const y = Math.max(end.y, lastY + LABEL_HEIGHT);
    lastY = y;
    return { ...end, y };
  });
}
