import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startR2, type TestR2 } from '../support/r2/start-r2.ts';
import { fillD1 } from './d1-subject.ts';
import { deleteTools } from './delete-tools.ts';
import { inProcess, timeCommand } from './in-process.ts';
import { type Measurement, median } from './measurement.ts';
import { batchOf, type SeedPair } from './seed-rows.ts';
import { PlanWork, RunWork, secondsOf } from './work-shapes.ts';

const ROUNDS = 3;

/**
 * Deletes the same number of objects with Unwind and with each tool, on one server, in turns.
 *
 * Ours is the step `delete-objects` of a whole rollback: every object and its quarantine copy looked at, deleted, absence proved by
 * listing. The tools delete and prove nothing.
 */
export async function measureDelete(objects: number): Promise<readonly Measurement[]> {
  const r2 = await startR2('unwind-bench');
  try {
    const ours: number[] = [];
    const theirs = new Map<string, number[]>();
    const steps: string[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const run = await deleteOurs(r2, objects);
      ours.push(secondsOf(run, 'delete-objects'));
      steps.push(...run.steps.map((step) => `${step.name} ${step.seconds.toFixed(1)} s`));
      for (const [name, seconds] of await deleteTheirs(r2, objects)) {
        theirs.set(name, [...(theirs.get(name) ?? []), seconds]);
      }
    }
    return [
      lineOf({ objects, ours, theirs, steps: steps.slice(0, steps.length / ROUNDS).join(', ') }),
    ];
  } finally {
    await r2.stop();
  }
}

function lineOf(found: {
  readonly objects: number;
  readonly ours: readonly number[];
  readonly theirs: ReadonlyMap<string, readonly number[]>;
  readonly steps: string;
}): Measurement {
  const medians = [...found.theirs].map(([name, seconds]) => [name, median(seconds)] as const);
  const [fastest] = medians.toSorted((left, right) => left[1] - right[1]);
  const ours = median(found.ours);
  const rounds = fastest === undefined ? [] : (found.theirs.get(fastest[0]) ?? []);
  const ratio =
    fastest === undefined
      ? null
      : median(rounds.map((seconds, round) => seconds / (found.ours[round] ?? Number.NaN)));
  const tools = medians.map(([name, seconds]) => `${name} ${seconds.toFixed(1)} s`).join(', ');
  return {
    bench: 'delete',
    database: 'r2',
    files: found.objects,
    ids: null,
    ours,
    floor: fastest?.[1] ?? null,
    unit: 's',
    ratio,
    rounds: ROUNDS,
    budget: '≥ 5 × faster',
    met: ratio !== null && ratio >= 5,
    note: `ratio: times faster than the fastest of: ${tools === '' ? 'no tool installed' : tools}. Whole run: ${found.steps}`,
  };
}

async function deleteOurs(r2: TestR2, objects: number): Promise<RunWork> {
  const folder = mkdtempSync(join(tmpdir(), 'unwind-bench-delete-'));
  try {
    const originals = join(folder, 'originals');
    const pairs = Array.from({ length: objects }, (_, index) => pairOf(index));
    for (const { record } of pairs) writeOriginal(originals, String(record[3]), String(record[4]));
    await r2.putKeys(pairs.map(({ record }) => String(record[4])));
    fillD1(join(folder, 'd1.sqlite'), pairs);
    const env = {
      USE_D1_DATABASE: 'true',
      D1_LOCAL_PATH: join(folder, 'd1.sqlite'),
      UNWIND_HOME: join(folder, 'home'),
      UNWIND_ORIGINALS: originals,
      R2_BUCKET_NAME: r2.address.bucket,
      R2_ENDPOINT: r2.address.endpoint,
      R2_ACCESS_KEY_ID: r2.address.accessKeyId,
      R2_SECRET_ACCESS_KEY: r2.address.secretAccessKey,
    };
    const plan = await inProcess('./work-child.ts', ['plan', 'both'], { shape: PlanWork, env });
    const args = ['run', plan.runId, plan.digest, plan.confirmation];
    const run = await inProcess('./work-child.ts', args, { shape: RunWork, env });
    if (run.state !== 'succeeded' || plan.changing !== objects) {
      throw new Error(`The run ended as ${run.state} with ${String(plan.changing)} files planned.`);
    }
    return run;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A file whose content is its own key, which is how `putKeys` stores objects. */
function pairOf(index: number): SeedPair {
  const number = String(index).padStart(8, '0');
  const key = `ours/user-${String(index % 97)}/report-${number}.pdf`;
  const checksum = createHash('sha256').update(key).digest('hex');
  const time = '2024-11-03 10:00:00';
  const path = `uploads/${number.slice(0, 5)}/${number}.pdf`;
  const size = Buffer.byteLength(key);
  return {
    record: [
      `rec-${number}`,
      batchOf(index),
      `file-${number}`,
      path,
      key,
      checksum,
      checksum,
      size,
      'completed',
      null,
      time,
      time,
      time,
    ],
    file: [`file-${number}`, `${number}.pdf`, 'user-1', key, checksum, time, time],
  };
}

function writeOriginal(folder: string, path: string, content: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

async function deleteTheirs(
  r2: TestR2,
  objects: number,
): Promise<readonly (readonly [name: string, seconds: number])[]> {
  const times: (readonly [string, number])[] = [];
  for (const tool of deleteTools(r2.address, 'tool/')) {
    await r2.putKeys(
      Array.from({ length: objects }, (_, index) => `tool/${String(index % 97)}/${String(index)}`),
    );
    times.push([tool.name, await timeCommand(tool.command, tool.env)]);
    const left = await r2.keys('tool/');
    if (left.length > 0) throw new Error(`${tool.name} left ${String(left.length)} objects.`);
  }
  return times;
}
