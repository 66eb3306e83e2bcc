import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aSandbox, type TestSandbox } from '../../support/sandbox/a-sandbox.ts';
import {
  asConfiguredTarget,
  errorOf,
  inWorkspaceOf,
  jsonOf,
  runCli,
  stateOf,
} from './spawn-cli.ts';

const all = ['--full-rollback'];
let sandbox: TestSandbox;
let folder: string;
let before: unknown;

beforeAll(async () => {
  sandbox = await aSandbox();
  folder = await mkdtemp(join(tmpdir(), 'unwind-cli-'));
  before = await stateOf(sandbox);
});

afterAll(async () => {
  // Whatever was refused here changed nothing.
  expect(await stateOf(sandbox)).toEqual(before);
  await sandbox.remove();
  await rm(folder, { recursive: true, force: true });
});

function planning(change: Readonly<Record<string, string>>): ReturnType<typeof errorOf> {
  return errorOf('plan', all, asConfiguredTarget(sandbox, change));
}

async function aPortThatNobodyServes(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 1;
}

describe('a scope', () => {
  test('with an unknown batch says which batches exist', async () => {
    const error = await errorOf('plan', ['--batch-id', 'lost'], inWorkspaceOf(sandbox));

    expect(error).toMatchObject({ code: 'SCOPE_EMPTY', exitCode: 2 });
    expect(JSON.stringify(error.details)).toContain('b-2024-11-09-reports');
  });

  test('that selects nothing is refused', async () => {
    expect(await errorOf('plan', [], inWorkspaceOf(sandbox))).toMatchObject({
      code: 'SCOPE_CONTRADICTORY',
      exitCode: 2,
    });
  });
});

describe('a database', () => {
  test('that is not there is DATABASE_NOT_FOUND', async () => {
    expect(await planning({ D1_LOCAL_PATH: join(folder, 'none.sqlite') })).toMatchObject({
      code: 'DATABASE_NOT_FOUND',
      exitCode: 3,
    });
  });

  test.each([
    ['empty', ''],
    ['text', 'this is no database, but long enough to look like a file of one: '.repeat(20)],
  ])('that is an %s file is refused', async (name, text) => {
    const path = join(folder, `${name}.sqlite`);
    await writeFile(path, text);

    expect(await planning({ D1_LOCAL_PATH: path })).toMatchObject({ exitCode: 3 });
  });

  test('without the tables is DATABASE_SCHEMA_MISSING', async () => {
    const path = join(folder, 'other.sqlite');
    new Database(path).exec('create table other (id integer)').close();

    expect(await planning({ D1_LOCAL_PATH: path })).toMatchObject({
      code: 'DATABASE_SCHEMA_MISSING',
      exitCode: 3,
    });
  });
});

describe('a bucket', () => {
  test('with a wrong secret is refused without showing either secret', async () => {
    const error = await planning({ R2_SECRET_ACCESS_KEY: 'a-wrong-secret-value' });

    expect(error).toMatchObject({ code: 'R2_CREDENTIALS_REJECTED', exitCode: 4 });
    expect(JSON.stringify(error)).not.toContain('a-wrong-secret-value');
  });

  test('that does not exist is R2_BUCKET_NOT_FOUND', async () => {
    expect(await planning({ R2_BUCKET_NAME: 'no-such-bucket' })).toMatchObject({
      code: 'R2_BUCKET_NOT_FOUND',
      exitCode: 4,
    });
  });

  test('whose server is not there is R2_UNREACHABLE', async () => {
    const port = await aPortThatNobodyServes();

    expect(await planning({ R2_ENDPOINT: `http://127.0.0.1:${String(port)}` })).toMatchObject({
      code: 'R2_UNREACHABLE',
      exitCode: 4,
    });
  });
});

describe('a configuration', () => {
  test('with a bad value ends every command with 2', async () => {
    const end = await runCli(['status'], asConfiguredTarget(sandbox, { LOG_LEVEL: 'LOUD' }));

    expect(end).toMatchObject({ exitCode: 2, stdout: '' });
    expect(end.stderr).toMatch(
      /LOG_LEVEL from \$LOG_LEVEL is "LOUD".*DEBUG, INFO, WARNING or ERROR/,
    );
  });

  test('without a target says how to get one', async () => {
    const error = await errorOf('status', [], { env: { UNWIND_HOME: folder } });

    expect(error).toMatchObject({ code: 'CONFIG_MISSING', exitCode: 2 });
    expect(error.hint).toContain('unwind sandbox create');
  });

  test('names origins and shows no secret', async () => {
    const { R2_SECRET_ACCESS_KEY, ...env } = asConfiguredTarget(sandbox).env;
    await writeFile(join(folder, '.env'), `R2_SECRET_ACCESS_KEY=${R2_SECRET_ACCESS_KEY ?? ''}\n`);

    const end = await runCli(['config', 'show', '--bucket', 'from-flag'], { env, cwd: folder });

    expect(end.stdout).toMatch(/R2_BUCKET_NAME +from-flag +flag +--bucket/);
    expect(end.stdout).toMatch(/R2_SECRET_ACCESS_KEY +set \(secret\) +env-file/);
    expect(end.stdout).not.toContain(R2_SECRET_ACCESS_KEY);
    await rm(join(folder, '.env'));
  });
});

describe('a plan file', () => {
  async function aPlan(): Promise<{ readonly runFile: string; readonly planId: string }> {
    return jsonOf('plan', ['--batch-id', 'b-2024-11-24-media'], inWorkspaceOf(sandbox));
  }
  function executing(plan: string, settings = inWorkspaceOf(sandbox)): ReturnType<typeof errorOf> {
    return errorOf('rollback', ['--plan', plan, '--confirm', '--force'], settings);
  }

  test('that was edited is PLAN_EDITED', async () => {
    const { runFile } = await aPlan();
    const file = new Database(runFile);
    file.prepare("update item set object_key = 'another/key' where seq = 1").run();
    file.close();

    expect(await executing(runFile)).toMatchObject({ code: 'PLAN_EDITED', exitCode: 9 });
  });

  test.each([
    ['truncated', 'SQLite format 3\u0000'],
    ['text', 'no run file'],
  ])('that is %s is RUN_FILE_INVALID', async (name, text) => {
    const path = join(folder, `${name}.unwind`);
    await writeFile(path, text);

    expect(await executing(path)).toMatchObject({ code: 'RUN_FILE_INVALID', exitCode: 9 });
  });

  test('made for another target is PLAN_TARGET_MISMATCH', async () => {
    const { planId } = await aPlan();

    expect(
      await errorOf(
        'rollback',
        ['--plan', planId, '--confirm', '--force', '--target', 'prod'],
        inWorkspaceOf(sandbox),
      ),
    ).toMatchObject({ code: 'PLAN_TARGET_MISMATCH', exitCode: 6 });
  });

  test('of an undo is not executed by rollback', async () => {
    const { planId } = await aPlan();

    expect(await errorOf('undo', ['--plan', planId], inWorkspaceOf(sandbox))).toMatchObject({
      code: 'USAGE_INVALID',
      hint: expect.stringContaining('unwind rollback --plan') as string,
    });
  });
});
