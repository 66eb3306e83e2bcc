import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aMigration, type TestMigration } from '../../support/migration/a-migration.ts';
import { startR2, type TestR2 } from '../../support/r2/start-r2.ts';
import { errorOf, jsonOf } from './spawn-cli.ts';

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

function guarded(settings: Readonly<Record<string, string>>) {
  return { env: { ...migration.env, ...settings } };
}

const CONFIRMED = ['--full-rollback', '--confirm'];

// No terminal here: whatever would be asked ends the command with CONFIRMATION_MISMATCH.
describe('guard of a target on the command line', () => {
  test('asks for nothing where the target is read-only, and says that it is', async () => {
    const error = await errorOf('rollback', CONFIRMED, guarded({ UNWIND_GUARD: 'read-only' }));

    expect(error).toMatchObject({ code: 'TARGET_READ_ONLY', exitCode: 6 });
  });

  test('is not got round by --force', async () => {
    const args = [...CONFIRMED, '--force'];
    const error = await errorOf('rollback', args, guarded({ UNWIND_GUARD: 'read-only' }));

    expect(error).toMatchObject({ code: 'TARGET_READ_ONLY', exitCode: 6 });
  });

  test('asks for the reason before anything else in production', async () => {
    const production = guarded({ UNWIND_ENVIRONMENT: 'production' });

    expect(await errorOf('rollback', CONFIRMED, production)).toMatchObject({
      code: 'REASON_REQUIRED',
      exitCode: 6,
      hint: expect.stringContaining('--reason') as string,
    });
    expect(
      await errorOf('rollback', [...CONFIRMED, '--reason', 'INC-4711'], production),
    ).toMatchObject({ code: 'CONFIRMATION_MISMATCH' });
  });

  test.each(['phrase', 'confirm'])('asks before a run where it is %s', async (level) => {
    const error = await errorOf('rollback', CONFIRMED, guarded({ UNWIND_GUARD: level }));

    expect(error).toMatchObject({ code: 'CONFIRMATION_MISMATCH' });
  });

  test('asks nothing where it is silent, but before what cannot be undone', async () => {
    const silent = guarded({ UNWIND_GUARD: 'silent' });

    const ran = await jsonOf('rollback', CONFIRMED, silent);
    const purge = await errorOf('quarantine purge', [ran.planId, '--confirm'], silent);

    expect(ran).toMatchObject({ result: 'succeeded' });
    expect(purge).toMatchObject({ code: 'CONFIRMATION_MISMATCH' });
  });
});
