import { dayText } from '../../format/time.ts';
import classes from './chart.module.css';
import type { Plot } from './plot.ts';

const BELOW = 16;
const BESIDE = 8;

/** The lines behind a chart over days: one for each tick with its value, and the days beneath. */
export function Axes(props: {
  readonly plot: Plot;
  readonly valueText: (value: number) => string;
}) {
  const { plot, valueText } = props;
  return (
    <g className={classes.axes}>
      {plot.ticks.map((tick) => (
        <g key={tick} transform={`translate(0 ${String(plot.yOf(tick))})`}>
          <line x1={plot.left} x2={plot.right} className={tick === 0 ? classes.zero : undefined} />
          <text x={plot.left - BESIDE} dy="0.32em" textAnchor="end">
            {valueText(tick)}
          </text>
        </g>
      ))}
      {plot.labelledDays.map((day) => (
        <text key={day} x={plot.centreOf(day)} y={plot.bottom + BELOW} textAnchor="middle">
          {dayText(day)}
        </text>
      ))}
    </g>
  );
}
