import { useElementSize } from '@mantine/hooks';
import { scaleLinear } from 'd3-scale';
import { area, line } from 'd3-shape';
import { countOf, countText } from '../../format/count.ts';
import { durationText } from '../../format/duration.ts';
import classes from './chart.module.css';

const HEIGHT = 76;
/** What letters need below their line. */
const DESCENT = 4;
const TOP = 8;
const BOTTOM = 56;
const RIGHT = 72;

/** One moment and how fast it was then. */
interface Rate {
  readonly atMs: number;
  readonly perSecond: number;
}

/** How fast a run was over the last minutes; oldest first, at least two. */
export function RateLine(props: { readonly rates: readonly Rate[] }) {
  const { rates } = props;
  const { ref, width } = useElementSize();
  const first = rates[0];
  const last = rates.at(-1);
  if (first === undefined || last === undefined) return null;
  const fastest = Math.max(...rates.map(({ perSecond }) => perSecond));
  const right = Math.max(1, width - RIGHT);
  const x = scaleLinear([first.atMs, last.atMs], [0, right]);
  const y = scaleLinear([0, Math.max(fastest, 1)], [BOTTOM, TOP]);
  const span = durationText(last.atMs - first.atMs);
  const label = `Rate over the last ${span}: now ${rateText(last.perSecond)}, fastest ${rateText(fastest)}.`;
  const xOf = ({ atMs }: Rate) => x(atMs);
  const yOf = ({ perSecond }: Rate) => y(perSecond);
  return (
    <div ref={ref} className={classes.rate}>
      <svg width={width} height={HEIGHT} role="img" aria-label={label}>
        <g className={classes.axes}>
          <line x1={0} x2={right} y1={BOTTOM} y2={BOTTOM} className={classes.zero} />
          <text x={0} y={HEIGHT - DESCENT}>
            {span} ago
          </text>
          <text x={right} y={HEIGHT - DESCENT} textAnchor="end">
            now
          </text>
          <text x={right + 8} y={TOP} dy="0.6em">
            {countText(Math.round(fastest))}/s
          </text>
          <text x={right + 8} y={BOTTOM} dy="0.1em">
            0
          </text>
        </g>
        <path d={area(xOf, BOTTOM, yOf)([...rates]) ?? undefined} className={classes.filled} />
        <g className={classes.strong}>
          <path d={line(xOf, yOf)([...rates]) ?? undefined} />
        </g>
      </svg>
    </div>
  );
}

function rateText(perSecond: number): string {
  return `${countOf(Math.round(perSecond), 'item')}/s`;
}
