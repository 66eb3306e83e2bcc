import { describe, expect, test } from 'vitest';
import { errorOf, jsonOf } from './spawn-cli.ts';
import { throttledTarget } from './throttled-target.ts';

const target = throttledTarget();
const denied = {
  kind: 'answer',
  status: 403,
  headers: { 'content-type': 'application/xml' },
  body: '<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>',
} as const;

describe('a second run on the same target', () => {
  test('is refused with 7, told who holds it, and may not resume the run that is going on', async () => {
    const { cli, release } = await target.aRunUnderWay();
    const { runs } = await jsonOf('runs list', [], target.settings());

    const other = await errorOf(
      'rollback',
      ['--batch-id', 'b-2024-11-24-media', '--confirm', '--force'],
      target.settings(),
    );
    const same = await errorOf('resume', [runs[0]?.runId ?? ''], target.settings());
    release();
    const end = await cli.end;

    expect(other).toMatchObject({ code: 'TARGET_LOCKED', exitCode: 7 });
    expect(JSON.stringify(other.details)).toContain(runs[0]?.runId);
    expect(same.exitCode).not.toBe(0);
    expect(end.exitCode).toBe(0);
    await jsonOf('undo', [runs[0]?.runId ?? '', '--confirm', '--force'], target.settings());
  });
});

describe('a bucket that turns read-only midway', () => {
  test('fails the run with 4, which resume finishes once it can be written again', async () => {
    let changes = 0;
    target.proxy().use((seen) => {
      if (seen.mutating) changes += 1;
      return seen.mutating && changes > 5 ? denied : undefined;
    });
    const args = ['--batch-id', 'b-2024-11-06-photos', '--confirm', '--force'];

    const failed = await jsonOf('rollback', args, { ...target.settings(), exitCode: 4 });
    target.proxy().use(() => undefined);
    const resumed = await jsonOf('resume', [failed.runId], target.settings());

    expect(failed).toMatchObject({ result: 'failed', run: { error: { code: 'R2_DENIED' } } });
    expect(resumed).toMatchObject({ result: 'succeeded', counts: { planned: 44, done: 44 } });
  });
});
