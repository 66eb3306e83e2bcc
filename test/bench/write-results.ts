import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Measurement } from './measurement.ts';

const RESULTS = fileURLToPath(new URL('../../test-results/bench/', import.meta.url));

/** Writes `results.json` and `results.md` into `test-results/bench/` and returns the Markdown table. */
export function writeResults(measurements: readonly Measurement[]): string {
  const machine = `${String(cpus().length)} × ${cpus()[0]?.model ?? 'unknown processor'}, ${String(Math.round(totalmem() / 2 ** 30))} GiB, Node ${process.versions.node}`;
  const table = `${machine}\n\n${tableOf(measurements)}\n`;
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(
    `${RESULTS}results.json`,
    `${JSON.stringify({ machine, measurements }, null, 2)}\n`,
  );
  writeFileSync(`${RESULTS}results.md`, table);
  return table;
}

function tableOf(measurements: readonly Measurement[]): string {
  const rows = measurements.map((one) =>
    [
      one.bench,
      one.database,
      one.files.toLocaleString('en-US'),
      one.ids ?? '',
      figure(one.ours, one.unit),
      one.floor === null ? '' : figure(one.floor, one.unit),
      one.ratio === null ? '' : one.ratio.toFixed(2),
      one.budget,
      one.met ? 'yes' : 'no',
      one.note,
    ].join(' | '),
  );
  return [
    '| work | database | files | ids | Unwind | floor | ratio | budget | met | note |',
    '| --- | --- | ---: | --- | ---: | ---: | ---: | --- | --- | --- |',
    ...rows.map((row) => `| ${row} |`),
  ].join('\n');
}

function figure(value: number, unit: Measurement['unit']): string {
  return `${value.toFixed(unit === 's' ? 2 : 0)} ${unit}`;
}
