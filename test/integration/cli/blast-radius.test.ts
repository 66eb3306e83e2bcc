import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aMigration, type TestMigration } from '../../support/migration/a-migration.ts';
import { startR2, type TestR2 } from '../../support/r2/start-r2.ts';
import { errorOf, jsonOf, runCli } from './spawn-cli.ts';

let r2: TestR2;
let migration: TestMigration;

beforeAll(async () => {
  r2 = await startR2();
  migration = await aMigration(r2, [{ id: 'a' }, { id: 'b' }]);
});

afterAll(async () => {
  migration.remove();
  await r2.stop();
});

function limited() {
  return { env: { ...migration.env, UNWIND_MAX_FILES: '1' } };
}

describe('blast radius on the command line', () => {
  test('over a limit is blocked with exit code 6, and says what may be done', async () => {
    const before = await migration.world();
    const planned = await jsonOf('plan', ['--batch-id', 'b-1'], limited());

    const error = await errorOf(
      'rollback',
      ['--plan', planned.planId, '--confirm', '--force'],
      limited(),
    );

    expect(planned).toMatchObject({ result: 'blocked' });
    expect(error).toMatchObject({
      code: 'PLAN_BLOCKED',
      exitCode: 6,
      message: expect.stringContaining(
        '2 files would change, and the limit is 1 (UNWIND_MAX_FILES, set by $UNWIND_MAX_FILES).',
      ) as string,
      hint: expect.stringContaining('--accept-blast-radius') as string,
    });
    expect(await migration.world()).toEqual(before);
  });

  test('accepted with a reason is planned and executed, and the report says the reason', async () => {
    const args = ['--batch-id', 'b-1', '--accept-blast-radius', 'the owner agreed'];

    const ran = await jsonOf('rollback', [...args, '--confirm', '--force'], limited());
    const report = await runCli(['report', ran.planId], limited());

    expect(ran).toMatchObject({
      result: 'succeeded',
      plan: { acceptances: [{ code: 'blast-radius', reason: 'the owner agreed' }] },
    });
    expect(report.stdout).toContain('**blast-radius**: the owner agreed');
  });

  test('of a purge is accepted the same way', async () => {
    const { planId } = await jsonOf('rollback', ['--plan', await newestRun()], limited());

    const blocked = await jsonOf('quarantine purge', [planId], limited());
    const purged = await jsonOf(
      'quarantine purge',
      [planId, '--accept-blast-radius', 'the owner agreed', '--confirm', '--force'],
      limited(),
    );

    expect(blocked).toMatchObject({ result: 'blocked' });
    expect(purged).toMatchObject({ result: 'succeeded' });
  });

  async function newestRun(): Promise<string> {
    const { runs } = await jsonOf('runs list', [], limited());
    return runs.find(({ state }) => state === 'succeeded')?.runId ?? '';
  }
});
