import { connectR2, DEFAULT_PATIENCE } from '../../../src/main/adapters/r2/connect-r2.ts';
import { copyInParts } from '../../../src/main/adapters/r2/copy-in-parts.ts';
import { crashPoints } from '../../../src/main/adapters/system/crash-points.ts';
import { drained, openApp, type TestApp } from '../migration/open-app.ts';
import type { Act } from './act.ts';

/** Child process of the crash tests: does one act (JSON, first argument), and dies on the way where `UNWIND_CRASH_AT` says. */
const act = JSON.parse(process.argv[2] ?? 'null') as Act;
const env = Object.fromEntries(
  Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  ),
);

if (act.act === 'copy-in-parts') await copyOn(act);
else await actOn(act);

async function actOn(one: Exclude<Act, { act: 'copy-in-parts' }>): Promise<void> {
  const app = await openApp(env);
  try {
    process.stdout.write(await doOn(app, one));
  } finally {
    await app.close();
  }
}

async function doOn(app: TestApp, one: Exclude<Act, { act: 'copy-in-parts' }>): Promise<string> {
  switch (one.act) {
    case 'start': {
      const { runId, digest, confirmation } = one;
      const stages = (one.stages ?? []).map((files) => ({ files }));
      await app.client.run.start({ runId, digest, confirmation, stages });
      return endOf(app, runId);
    }
    case 'resume':
      await app.client.run.resume({ runId: one.runId });
      return endOf(app, one.runId);
    case 'plan':
      return (await app.plan(one.scope)).runId;
    case 'verify-snapshot':
      return (await app.client.snapshot.verify({ snapshotId: one.snapshotId })).verification.result;
    case 'pack':
      await drained(await app.client.emergency.pack({}));
      return 'packed';
    case 'leave-safe-mode':
      return leaveSafeModes(app);
    case 'reconcile':
      await drained(await app.client.reconcile.create({}));
      return 'reconciled';
    case 'resume-reconcile':
      await drained(await app.client.reconcile.resume({ reportId: one.reportId }));
      return 'reconciled';
  }
}

async function leaveSafeModes(app: TestApp): Promise<string> {
  const { safeModes } = await app.client.safeMode.list({});
  for (const { fingerprint, reasons, leavePhrase: confirmation } of safeModes) {
    const seen = { reasonCount: reasons.length, reason: 'seen to' };
    await app.client.safeMode.leave({ fingerprint, confirmation, ...seen });
  }
  return 'left';
}

async function endOf(app: TestApp, runId: string): Promise<string> {
  await drained(await app.client.run.watch({ runId }));
  return (await app.client.run.get({ runId })).state;
}

async function copyOn(copy: Extract<Act, { act: 'copy-in-parts' }>): Promise<void> {
  const { fromKey, toKey, etag, sizeBytes, partBytes } = copy;
  const r2 = connectR2(
    {
      endpoint: env['R2_ENDPOINT'] ?? '',
      bucket: env['R2_BUCKET_NAME'] ?? '',
      accessKeyId: env['R2_ACCESS_KEY_ID'] ?? '',
      secretAccessKey: env['R2_SECRET_ACCESS_KEY'] ?? '',
    },
    DEFAULT_PATIENCE,
    crashPoints(env['UNWIND_CRASH_AT']),
  );
  await copyInParts(r2, {
    request: { fromKey, toKey, ifSourceMatch: etag, sizeBytes },
    call: { tried: `copy "${fromKey}"`, key: fromKey, waitsFor: 'server-copy' },
    partBytes,
  }).finally(() => {
    r2.close();
  });
  process.stdout.write('copied');
}
