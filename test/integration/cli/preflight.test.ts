import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startLeaseProcess } from '../../support/d1/lease-process.ts';
import {
  aMigration,
  type FileSpec,
  type TestMigration,
} from '../../support/migration/a-migration.ts';
import { startR2, type TestR2 } from '../../support/r2/start-r2.ts';
import { jsonOf, runCli } from './spawn-cli.ts';

const FILES: readonly FileSpec[] = [{ id: 'a' }, { id: 'b' }, { id: 'c' }];

let r2: TestR2;
let migration: TestMigration;

beforeAll(async () => {
  r2 = await startR2();
});
afterAll(async () => {
  await r2.stop();
});
afterEach(() => {
  migration.remove();
});

describe('unwind preflight', () => {
  test('prints a line for each condition under its group, and the next step', async () => {
    migration = await aMigration(r2, FILES);

    const { exitCode, stdout, stderr } = await runCli(['preflight'], { env: migration.env });

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/^Configuration\n {2}✓ OK {7}configuration\.target {10}/);
    expect(stdout).toMatch(/\n\nDatabase\n {2}✓ OK {7}database\.file /);
    expect(stdout).toMatch(/\n✓ Ready\. default: \d+ OK, 0 warnings, 0 failed, \d+ skipped, in /);
    expect(stdout).toMatch(/\n {2}→ .*unwind plan\.\n$/);
  });

  test('prints one document with --json, as its schema says', async () => {
    migration = await aMigration(r2, FILES);

    const { preflight } = await jsonOf('preflight', ['--only', 'database'], {
      env: migration.env,
    });

    expect(preflight).toMatchObject({ result: 'ready', groups: ['database'], mode: 'both' });
  });

  test.each([
    [2, 'the configuration', { R2_BUCKET_NAME: '' }],
    [3, 'the database', { D1_LOCAL_PATH: '/nowhere/d1.sqlite' }],
    [4, 'the bucket', { R2_SECRET_ACCESS_KEY: 'wrong' }],
    [5, 'the originals', { UNWIND_ORIGINALS: '/nowhere/originals' }],
    [5, 'the workspace', { UNWIND_HOME: '/proc/nowhere' }],
  ])('exits with %i where a line of %s failed first', async (expected, _, env) => {
    migration = await aMigration(r2, FILES);

    const { exitCode, stdout } = await runCli(['preflight'], { env: { ...migration.env, ...env } });

    expect(exitCode).toBe(expected);
    expect(stdout).toContain('  ✕ FAILED   ');
    expect(stdout).toContain('\n✕ Not ready.');
  });

  test('exits with 7 where all that failed is that somebody runs on the target', async () => {
    migration = await aMigration(r2, FILES);
    const other = await startLeaseProcess({
      script: new URL('../../support/d1/lease-child.ts', import.meta.url),
      target: migration.databasePath,
      runId: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
    });
    await other.order('acquire');

    const { exitCode } = await runCli(['preflight'], { env: migration.env });

    expect(exitCode).toBe(7);
  });

  test('exits with 6 for warnings only with --strict', async () => {
    migration = await aMigration(r2, FILES);
    const env = { ...migration.env, UNWIND_ORIGINALS: '' };

    const lenient = await runCli(['preflight'], { env });
    const strict = await runCli(['preflight', '--strict'], { env });

    expect([lenient.exitCode, strict.exitCode]).toEqual([0, 6]);
    expect(lenient.stdout).toContain('  ! WARN     configuration.originals');
    expect(lenient.stdout).toMatch(/\n {2,}→ Set UNWIND_ORIGINALS/);
  });

  test('looks only at what rows need with --database-only', async () => {
    migration = await aMigration(r2, FILES);

    const { exitCode, stdout } = await runCli(['preflight', '--database-only'], {
      env: { ...migration.env, R2_BUCKET_NAME: '' },
    });

    expect(exitCode).toBe(0);
    expect(stdout).toContain('  - SKIPPED  bucket.open');
  });

  test.each([
    ['a group that does not exist', ['--only', 'database,buckets'], '"buckets" is none of'],
    ['an empty group', ['--only', ''], 'is none of'],
    ['both kinds at once', ['--database-only', '--r2-only'], 'exclude each other'],
    ['an argument', ['sandbox'], 'too many arguments'],
  ])('refuses %s as a mistake', async (_, args, said) => {
    migration = await aMigration(r2, []);

    const { exitCode, stderr } = await runCli(['preflight', ...args], {
      env: { UNWIND_HOME: join(migration.folder, 'home') },
    });

    expect(exitCode).toBe(2);
    expect(stderr).toContain(said);
  });
});
