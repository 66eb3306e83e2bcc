import type { BenchSubject } from './bench-subject.ts';
import { inProcess, programOf } from './in-process.ts';
import type { Measurement } from './measurement.ts';
import { ThreadWork } from './work-shapes.ts';

const MOST_P99_MS = 50;

/** Measures how late the thread that serves windows and sockets gets during a plan and a run. */
export async function measureThread(
  subject: BenchSubject,
  database: string,
): Promise<readonly Measurement[]> {
  const copy = await subject.copy();
  try {
    const engine = await programOf('../../src/main/hosts/engine/main.ts');
    const work = await inProcess('./thread-child.ts', [engine], {
      shape: ThreadWork,
      env: copy.env,
    });
    return [
      {
        bench: 'thread',
        database,
        ...subject.size,
        ours: work.p99Ms,
        floor: null,
        unit: 'ms',
        ratio: null,
        rounds: 1,
        budget: 'p99 < 50 ms',
        met: work.p99Ms < MOST_P99_MS,
        note: `event-loop delay of the serving thread during plan and run; longest ${work.maxMs.toFixed(0)} ms`,
      },
    ];
  } finally {
    await copy.remove();
  }
}
