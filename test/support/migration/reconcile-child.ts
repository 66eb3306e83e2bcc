import { openApp } from './open-app.ts';

/** Child process of the memory test: reconciles the default target and prints how much memory that took beyond what it began with. */
const env = Object.fromEntries(
  Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  ),
);
const app = await openApp(env);
await app.client.reconcile.list({});
const beforeBytes = process.memoryUsage().rss;
let peakBytes = beforeBytes;
let findings = 0;
for await (const event of await app.client.reconcile.create({})) {
  peakBytes = Math.max(peakBytes, process.memoryUsage().rss);
  if (event.kind === 'finished') {
    findings = event.report.kinds.reduce((sum, { count }) => sum + count, 0);
  }
}
process.stdout.write(JSON.stringify({ findings, grownBytes: peakBytes - beforeBytes }));
await app.close();
