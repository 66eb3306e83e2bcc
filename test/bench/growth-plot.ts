import type { Measurement } from './measurement.ts';

const WIDTH = 720;
const PANEL = 220;
const LEFT = 90;
const RIGHT = 150;
const COLOURS = { ours: '#1971c2', floor: '#868e96' };

/** Draws how cost grows: one panel for each kind of work with seconds, files and seconds both on a logarithmic scale. Random ids only. */
export function growthPlot(measurements: readonly Measurement[]): string {
  const timed = measurements.filter(({ unit, ids }) => unit === 's' && ids === 'random');
  const panels = [...Map.groupBy(timed, ({ bench, database }) => `${bench}, ${database}`)].filter(
    ([, points]) => points.length > 1,
  );
  const body = panels.map(([title, points], index) => panelOf(title, points, index * PANEL));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${String(WIDTH)} ${String(PANEL * panels.length)}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="#fff"/>
${body.join('\n')}
</svg>
`;
}

function panelOf(title: string, points: readonly Measurement[], top: number): string {
  const sorted = points.toSorted((left, right) => left.files - right.files);
  const seconds = sorted.flatMap(({ ours, floor }) => (floor === null ? [ours] : [ours, floor]));
  const x = scale(
    sorted.map(({ files }) => files),
    [LEFT, WIDTH - RIGHT],
  );
  const y = scale(seconds, [top + PANEL - 40, top + 40]);
  const ours = sorted.map((point) => [x(point.files), y(point.ours)] as const);
  const floor = sorted.flatMap((point) =>
    point.floor === null ? [] : [[x(point.files), y(point.floor)] as const],
  );
  const ticks = sorted.map(
    ({ files }) =>
      `<text x="${x(files).toFixed(1)}" y="${String(top + PANEL - 14)}" text-anchor="middle">${files.toLocaleString('en-US')} files</text>`,
  );
  return [
    `<text x="${String(LEFT)}" y="${String(top + 20)}" font-weight="bold">${title}: seconds, log-log</text>`,
    ...ticks,
    curve('floor', floor, sorted),
    curve('ours', ours, sorted),
  ].join('\n');
}

function curve(
  name: 'ours' | 'floor',
  at: readonly (readonly [x: number, y: number])[],
  points: readonly Measurement[],
): string {
  const colour = COLOURS[name];
  const path = at.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ');
  const labels = at.map(([x, y], index) => {
    const value = points[index]?.[name] ?? 0;
    const above = name === 'ours' ? -8 : 16;
    return `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="3" fill="${colour}"/><text x="${x.toFixed(1)}" y="${(y + above).toFixed(1)}" text-anchor="middle" fill="${colour}">${value.toFixed(2)} s</text>`;
  });
  const [endX, endY] = at.at(-1) ?? [0, 0];
  const legend = `<text x="${(endX + 40).toFixed(1)}" y="${(endY + 4).toFixed(1)}" fill="${colour}">${name === 'ours' ? 'Unwind' : 'floor'}</text>`;
  return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>${labels.join('')}${at.length === 0 ? '' : legend}`;
}

/** A logarithmic scale from the least to the greatest value onto a range of pixels. */
function scale(
  values: readonly number[],
  [from, to]: readonly [from: number, to: number],
): (value: number) => number {
  const low = Math.log(Math.min(...values));
  const high = Math.log(Math.max(...values));
  const span = high - low || 1;
  return (value) => from + ((Math.log(value) - low) / span) * (to - from);
}
