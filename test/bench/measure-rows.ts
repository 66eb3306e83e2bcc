import { join } from 'node:path';
import { z } from 'zod';
import type { BenchSubject, SubjectCopy } from './bench-subject.ts';
import { inProcess, timeCommand } from './in-process.ts';
import { type BenchName, type Measurement, median } from './measurement.ts';
import { PlanWork, RunWork, secondsOf } from './work-shapes.ts';

const Floor = z.object({
  seconds: z.number(),
  cpuSeconds: z.number(),
  rows: z.number(),
  peakMiB: z.number(),
});
/** One round: our plan and run, and each floor beside it. */
interface Round {
  readonly plan: PlanWork;
  readonly planFloor: z.infer<typeof Floor>;
  readonly run: RunWork | null;
  readonly resetFloor: number | null;
  readonly dumpFloor:
    | { readonly seconds: number; readonly by: string }
    | { readonly missing: string }
    | null;
}

/** Measures plan, reset, snapshot and memory on one subject. A rows-only rollback of everything, as an operator would run it. */
export async function measureRows(
  subject: BenchSubject,
  options: {
    readonly database: string;
    readonly only: readonly BenchName[];
    /** Left out: as many as the size allows. */
    readonly rounds: number | undefined;
  },
): Promise<readonly Measurement[]> {
  const rounds: Round[] = [];
  const count = options.rounds ?? roundsFor(subject.size.files);
  for (let round = 0; round < count; round += 1) {
    rounds.push(await measureRound(subject, options.only));
  }
  const about = { database: options.database, ...subject.size, rounds: count };
  return [
    planLine(about, rounds),
    ...resetLines(about, rounds),
    ...snapshotLines(about, rounds),
    memoryLine(about, rounds),
  ].filter((line) => options.only.includes(line.bench));
}

/** Small ones are cheap to repeat and noisy, a million files take minutes. */
function roundsFor(files: number): number {
  if (files <= 20_000) return 5;
  return files <= 200_000 ? 3 : 1;
}

async function measureRound(subject: BenchSubject, only: readonly BenchName[]): Promise<Round> {
  const ours = await subject.copy();
  const floors = await subject.copy();
  try {
    const planFloor = await floorOf('plan', floors, subject.size.files);
    const plan = await inProcess('./work-child.ts', ['plan', 'database-only'], {
      shape: PlanWork,
      env: ours.env,
    });
    if (plan.changing !== subject.size.files) throw new Error('The plan left files out.');
    if (only.every((name) => name === 'plan')) {
      return { plan, planFloor, run: null, resetFloor: null, dumpFloor: null };
    }
    const dumpFloor = only.includes('snapshot') ? await dump(floors) : null;
    const resetFloor = only.includes('reset')
      ? (await floorOf('reset', floors, subject.size.files)).seconds
      : null;
    const run = await inProcess(
      './work-child.ts',
      ['run', plan.runId, plan.digest, plan.confirmation],
      { shape: RunWork, env: ours.env },
    );
    if (run.state !== 'succeeded') throw new Error(`The run ended as ${run.state}.`);
    return { plan, planFloor, run, resetFloor, dumpFloor };
  } finally {
    await ours.remove();
    await floors.remove();
  }
}

async function floorOf(
  work: 'plan' | 'reset',
  copy: SubjectCopy,
  rows: number,
): Promise<z.infer<typeof Floor>> {
  const floor = await inProcess('./floor-child.ts', [work, ...copy.floorArgs], { shape: Floor });
  if (floor.rows !== rows) throw new Error(`The floor of ${work} met ${String(floor.rows)} rows.`);
  return floor;
}

async function dump(copy: SubjectCopy): Promise<Round['dumpFloor']> {
  const dumping = copy.dumpCommand(join(copy.env['UNWIND_HOME'] ?? '', '..', 'dump.sql.zst'));
  if ('missing' in dumping) return dumping;
  return { seconds: await timeCommand(dumping.command), by: dumping.by };
}

type About = Pick<Measurement, 'database' | 'files' | 'ids' | 'rounds'>;

function stepSeconds(round: Round, name: string): number {
  return round.run === null ? Number.NaN : secondsOf(round.run, name);
}

function line(
  about: About,
  what: Pick<Measurement, 'bench' | 'budget' | 'note'> & {
    readonly pairs: readonly (readonly [ours: number, floor: number])[];
    readonly atMost: number;
  },
): Measurement {
  const ratio = median(what.pairs.map(([ours, floor]) => ours / floor));
  return {
    ...about,
    bench: what.bench,
    budget: what.budget,
    note: what.note,
    unit: 's',
    ours: median(what.pairs.map(([ours]) => ours)),
    floor: median(what.pairs.map(([, floor]) => floor)),
    ratio,
    met: ratio <= what.atMost,
  };
}

function planLine(about: About, rounds: readonly Round[]): Measurement {
  // Processor time is what a busy machine blurs least.
  const cpu = median(rounds.map(({ plan, planFloor }) => plan.cpuSeconds / planFloor.cpuSeconds));
  return line(about, {
    bench: 'plan',
    pairs: rounds.map((round) => [round.plan.seconds, round.planFloor.seconds]),
    atMost: 2,
    budget: '≤ 2 ×',
    note: `rows only; floor: one SELECT, every row read. Ratio of processor times ${cpu.toFixed(1)}`,
  });
}

function resetLines(about: About, rounds: readonly Round[]): readonly Measurement[] {
  const pairs = rounds.flatMap((round) =>
    round.resetFloor === null
      ? []
      : [[stepSeconds(round, 'reset-rows'), round.resetFloor] as const],
  );
  if (pairs.length === 0) return [];
  const steps = rounds[0]?.run?.steps.map((step) => `${step.name} ${step.seconds.toFixed(1)} s`);
  const check = rounds[0]?.run?.checkSeconds.toFixed(1) ?? '';
  return [
    line(about, {
      bench: 'reset',
      pairs,
      atMost: 1.2,
      budget: '≤ 1.2 ×',
      note: `floor: one UPDATE transaction. Whole run: checks ${check} s, ${steps?.join(', ') ?? ''}`,
    }),
  ];
}

function snapshotLines(about: About, rounds: readonly Round[]): readonly Measurement[] {
  const dumped = rounds.flatMap((round) =>
    round.dumpFloor !== null && 'by' in round.dumpFloor
      ? [{ ours: stepSeconds(round, 'snapshot'), ...round.dumpFloor }]
      : [],
  );
  const pairs = dumped.map(({ ours, seconds }) => [ours, seconds] as const);
  if (pairs.length > 0) {
    return [
      line(about, {
        bench: 'snapshot',
        pairs,
        atMost: 1,
        budget: '≤ 1 ×',
        note: `with the backup file and read back; floor: ${dumped[0]?.by ?? ''} piped to zstd`,
      }),
    ];
  }
  const missing = rounds[0]?.dumpFloor;
  if (missing === null || missing === undefined || 'by' in missing) return [];
  return [
    {
      ...about,
      bench: 'snapshot',
      unit: 's',
      ours: median(rounds.map((round) => stepSeconds(round, 'snapshot'))),
      floor: null,
      ratio: null,
      budget: '≤ 1 ×',
      met: false,
      note: `no floor: ${missing.missing} not installed`,
    },
  ];
}

function memoryLine(about: About, rounds: readonly Round[]): Measurement {
  const plan = Math.max(...rounds.map((round) => round.plan.peakMiB));
  const run = Math.max(...rounds.map((round) => round.run?.peakMiB ?? 0));
  const ours = Math.max(plan, run);
  return {
    ...about,
    bench: 'memory',
    unit: 'MiB',
    ours,
    floor: null,
    ratio: null,
    budget: '≤ 300 MB',
    met: ours * 1.048_576 <= 300,
    note: `peak RSS of the process: plan ${plan.toFixed(0)} MiB, run ${run.toFixed(0)} MiB`,
  };
}
