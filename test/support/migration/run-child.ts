import { drained, openApp } from './open-app.ts';

/**
 * Child process of the crash tests: executes a plan, resumes a run, verifies a snapshot or packs, and dies on the way if `UNWIND_CRASH_AT` says so.
 *
 * Arguments: `start <runId> <digest> <confirmation> [<files of each stage>…]`, `resume <runId>`, `verify-snapshot <snapshotId>`
 * or `pack <path>`. Prints the end state.
 */
const [action = '', runId = '', digest = '', confirmation = '', ...sizes] = process.argv.slice(2);
const stages = sizes.map((files) => ({ files: Number(files) }));
const env = Object.fromEntries(
  Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  ),
);
const app = await openApp(env);
if (action === 'verify-snapshot') {
  const { verification } = await app.client.snapshot.verify({ snapshotId: runId });
  process.stdout.write(verification.result);
} else if (action === 'pack') {
  await drained(await app.client.emergency.pack({ path: runId }));
} else {
  if (action === 'resume') await app.client.run.resume({ runId });
  else await app.client.run.start({ runId, digest, confirmation, stages });
  await drained(await app.client.run.watch({ runId }));
  process.stdout.write((await app.client.run.get({ runId })).state);
}
await app.close();
