import { drained, openApp } from '../support/migration/open-app.ts';
import { peakMiB } from './peak-memory.ts';
import type { PlanWork, RunWork } from './work-shapes.ts';

/**
 * Our own work, through the application's router, in a process of its own so that its peak memory is its own.
 *
 * Arguments: `plan <database-only|both>` or `run <run id> <digest> <confirmation>`. Prints what `PlanWork` or `RunWork` says as JSON.
 */

function environment(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );
}

async function plan(mode: 'database-only' | 'both'): Promise<PlanWork> {
  const app = await openApp(environment());
  const startedMs = performance.now();
  const startedCpu = process.cpuUsage();
  const events = await app.client.plan.create({
    scope: { failedOnly: false, full: true, mode },
    acceptances:
      mode === 'both'
        ? []
        : [{ code: 'unknown-originals', reason: 'the benchmark measures rows only' }],
  });
  for await (const event of events) {
    if (event.kind !== 'created') continue;
    const { runId, digest, confirmationPhrase, counts } = event.plan;
    const seconds = (performance.now() - startedMs) / 1_000;
    const cpu = process.cpuUsage(startedCpu);
    await app.close();
    return {
      seconds,
      cpuSeconds: (cpu.user + cpu.system) / 1e6,
      peakMiB: peakMiB(),
      runId,
      digest,
      confirmation: confirmationPhrase,
      changing: counts.records - counts.held - counts.untouched,
    };
  }
  throw new Error('Planning ended without a plan.');
}

async function run(runId: string, digest: string, confirmation: string): Promise<RunWork> {
  const app = await openApp(environment());
  const startedMs = performance.now();
  await app.client.run.start({ runId, digest, confirmation });
  const checkSeconds = (performance.now() - startedMs) / 1_000;
  await drained(await app.client.run.watch({ runId }));
  const seconds = (performance.now() - startedMs) / 1_000;
  const detail = await app.client.run.get({ runId });
  const work = {
    seconds,
    peakMiB: peakMiB(),
    state: detail.state,
    checkSeconds,
    steps: detail.steps.map(({ name, startedAt, finishedAt }) => ({
      name,
      seconds: (Date.parse(finishedAt ?? '') - Date.parse(startedAt ?? '')) / 1_000,
    })),
  };
  await app.close();
  return work;
}

const [work = '', first = '', digest = '', confirmation = ''] = process.argv.slice(2);
const result =
  work === 'run'
    ? await run(first, digest, confirmation)
    : await plan(first === 'both' ? 'both' : 'database-only');
process.stdout.write(JSON.stringify(result));
