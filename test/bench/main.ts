import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { BenchSubject, IdOrder, SubjectSize } from './bench-subject.ts';
import { seedD1 } from './d1-subject.ts';
import { growthPlot } from './growth-plot.ts';
import { measureConsole } from './measure-console.ts';
import { measureDelete } from './measure-delete.ts';
import { measureRows } from './measure-rows.ts';
import { measureThread } from './measure-thread.ts';
import { BENCHES, type BenchName, type Measurement } from './measurement.ts';
import { seedPostgres } from './postgres-subject.ts';
import { writeResults } from './write-results.ts';

/** Makes a subject of each kind of database that can be measured. */
const SEEDERS: Readonly<Record<string, (size: SubjectSize) => Promise<BenchSubject>>> = {
  d1: seedD1,
  postgres: (size) => seedPostgres(size, 'text'),
  'postgres-uuid': (size) => seedPostgres(size, 'uuid'),
};

const ROWS: readonly BenchName[] = ['plan', 'reset', 'snapshot', 'memory'];

const { values } = parseArgs({
  options: {
    files: { type: 'string', default: '10000,100000,1000000' },
    only: { type: 'string', default: BENCHES.join(',') },
    database: { type: 'string', default: Object.keys(SEEDERS).join(',') },
    objects: { type: 'string', default: '4000' },
    ids: { type: 'string', default: 'random,sequential' },
    rounds: { type: 'string' },
    plot: { type: 'boolean', default: false },
  },
});

function listOf<T extends string>(text: string, known: readonly T[]): readonly T[] {
  const names = text.split(',');
  const chosen = known.filter((name) => names.includes(name));
  if (chosen.length === names.length) return chosen;
  throw new Error(`${text}: choose from ${known.join(', ')}.`);
}

const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
const only = listOf<BenchName>(values.only, BENCHES);
const databases = listOf(values.database, Object.keys(SEEDERS));
const orders = listOf<IdOrder>(values.ids, ['random', 'sequential']);
const sizes = values.files.split(',').map(Number);

function say(text: string): void {
  process.stderr.write(`bench: ${text}\n`);
}

const measurements: Measurement[] = [];
for (const database of only.some((name) => name !== 'delete') ? databases : []) {
  for (const files of sizes) {
    for (const ids of orders) {
      say(`${database}, ${String(files)} files, ${ids} ids`);
      const subject = await SEEDERS[database]?.({ files, ids });
      if (subject === undefined) continue;
      try {
        if (only.some((name) => ROWS.includes(name))) {
          measurements.push(...(await measureRows(subject, { database, only, rounds })));
        }
        if (only.includes('thread')) measurements.push(...(await measureThread(subject, database)));
        if (only.includes('console')) {
          measurements.push(...(await measureConsole(subject, database)));
        }
      } finally {
        await subject.remove();
      }
      // After each: the next one may take minutes, and somebody may end it.
      writeResults(measurements);
    }
  }
}
if (only.includes('delete')) {
  for (const objects of values.objects.split(',').map(Number)) {
    say(`delete ${String(objects)} objects`);
    measurements.push(...(await measureDelete(objects)));
  }
}
if (values.plot) {
  writeFileSync(
    new URL('../../docs/performance-growth.svg', import.meta.url),
    growthPlot(measurements),
  );
}
process.stdout.write(writeResults(measurements));
