import { useId } from 'react';
import type { Tone } from '../../words/tone.ts';
import { Axes } from './axes.tsx';
import classes from './chart.module.css';
import { plotOf } from './plot.ts';

/** A kind of things that are counted each day. */
export interface BarPart {
  readonly name: string;
  readonly tone: Extract<Tone, 'done' | 'held' | 'failed' | 'idle'>;
  /** What tells the part from its neighbours where colours cannot. */
  readonly pattern: 'solid' | 'striped' | 'dotted';
}

/** How many there were of each part on one day, in the order of the parts. */
export interface BarDay {
  readonly day: string;
  readonly counts: readonly number[];
}

/** Bars of counts per day, the parts on top of each other in their order. Each bar says its numbers on hover. */
export function StackedBars(props: {
  readonly label: string;
  readonly parts: readonly BarPart[];
  readonly days: readonly BarDay[];
  readonly width: number;
  readonly titleOf: (day: BarDay) => string;
}) {
  const { parts, days } = props;
  const id = useId();
  const plot = plotOf({
    days: days.map(({ day }) => day),
    most: Math.max(...days.map(({ counts }) => sumOf(counts))),
    width: props.width,
    shape: 'bars',
    unit: 'count',
  });
  return (
    <svg width={plot.width} height={plot.height} role="img" aria-label={props.label}>
      <defs>
        {parts.map((part, index) => (
          <PartPattern key={part.name} id={`${id}-${String(index)}`} part={part} />
        ))}
      </defs>
      <Axes plot={plot} valueText={String} />
      {days.map((day) => (
        <g key={day.day}>
          <title>{props.titleOf(day)}</title>
          <rect
            className={classes.hit}
            x={plot.bandOf(day.day)}
            y={plot.top}
            width={plot.bandWidth}
            height={plot.bottom - plot.top}
          />
          {day.counts.map((count, index) => {
            const below = sumOf(day.counts.slice(0, index));
            const top = plot.yOf(below + count);
            return count === 0 ? null : (
              <rect
                key={parts[index]?.name}
                x={plot.bandOf(day.day)}
                y={top}
                width={plot.bandWidth}
                height={plot.yOf(below) - top}
                fill={`url(#${id}-${String(index)})`}
                className={classes.bar}
              />
            );
          })}
        </g>
      ))}
    </svg>
  );
}

function PartPattern(props: { readonly id: string; readonly part: BarPart }) {
  const { tone, pattern } = props.part;
  return (
    <pattern
      id={props.id}
      className={classes[tone]}
      width={6}
      height={6}
      patternUnits="userSpaceOnUse"
    >
      <rect width={6} height={6} className={pattern === 'solid' ? classes.ink : classes.ground} />
      {pattern === 'striped' ? (
        <path d="M-1 1l2-2M0 6l6-6M5 7l2-2" className={classes.stripes} />
      ) : null}
      {pattern === 'dotted' ? <circle cx={3} cy={3} r={1.5} className={classes.ink} /> : null}
    </pattern>
  );
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
