import { monitorEventLoopDelay } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import { clientOver } from '../../src/main/hosts/engine/client.ts';
import { startEngine } from '../../src/main/hosts/engine/engine.ts';
import { drained } from '../support/migration/open-app.ts';
import { SERVER_ENTRY } from '../support/sandbox/sandbox-template.ts';
import type { ThreadWork } from './work-shapes.ts';

/** A plan and its run on the engine thread, as the console has them: what the serving thread notices of it. Argument: the engine's program. Prints `ThreadWork` as JSON. */
const RESOLUTION_MS = 5;

const engine = await startEngine({
  entry: pathToFileURL(process.argv[2] ?? ''),
  options: {
    door: 'browser',
    env: { ...process.env },
    cwd: '/',
    flags: {},
    sandboxEntry: SERVER_ENTRY.href,
  },
});
const client = clientOver(engine.connect());
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delay.enable();
const events = await client.plan.create({
  scope: { failedOnly: false, full: true, mode: 'database-only' },
  acceptances: [{ code: 'unknown-originals', reason: 'the benchmark measures rows only' }],
});
for await (const event of events) {
  if (event.kind !== 'created') continue;
  const { runId, digest, confirmationPhrase } = event.plan;
  await client.run.start({ runId, digest, confirmation: confirmationPhrase });
  await drained(await client.run.watch({ runId }));
}
delay.disable();
const result: ThreadWork = {
  // The histogram counts from one tick to the next: the tick itself is no delay.
  p99Ms: Math.max(0, delay.percentile(99) / 1e6 - RESOLUTION_MS),
  maxMs: Math.max(0, delay.max / 1e6 - RESOLUTION_MS),
};
process.stdout.write(JSON.stringify(result));
await engine.close();
process.exit(0);
