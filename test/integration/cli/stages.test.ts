import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aSandbox, type TestSandbox } from '../../support/sandbox/a-sandbox.ts';
import { errorOf, inWorkspaceOf, jsonOf, runCli, stateOf } from './spawn-cli.ts';

const batch = 'b-2024-11-09-reports';
let sandbox: TestSandbox;

beforeAll(async () => {
  sandbox = await aSandbox();
});
afterAll(async () => {
  await sandbox.remove();
});

/** Rolls a canary back, and returns the id of the run that waits. */
async function aCanary(files: number): Promise<string> {
  const ran = await jsonOf(
    'rollback',
    ['--batch-id', batch, '--canary', String(files), '--confirm', '--force'],
    inWorkspaceOf(sandbox),
  );
  expect(ran).toMatchObject({ result: 'at-checkpoint', counts: { planned: 36, done: files } });
  return ran.runId;
}

describe('rollback --canary', () => {
  test('shows which files go first, and changes nothing without --confirm', async () => {
    const before = await stateOf(sandbox);

    const { exitCode, stdout } = await runCli(
      ['rollback', '--batch-id', batch, '--canary', '3'],
      inWorkspaceOf(sandbox),
    );

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/Stages\n {2}1 {2}3 files.*then waits at checkpoint after-canary/);
    expect(stdout).toContain('The files that go first');
    expect(stdout.trimEnd()).toMatch(/ --confirm --canary 3$/);
    expect(await stateOf(sandbox)).toEqual(before);
  });

  test('waits at its checkpoint, and resume goes on with the rest', async () => {
    const settings = inWorkspaceOf(sandbox);
    const runId = await aCanary(4);

    const shown = await runCli(['runs', 'show', runId], settings);
    const resumed = await runCli(['resume', runId], settings);
    const { checkpoints } = await jsonOf('checkpoints', [runId], settings);
    await jsonOf('undo', [runId, '--confirm', '--force'], settings);

    expect(shown.stdout).toContain('waits at checkpoint after-canary; 32 files not touched yet');
    expect(resumed.stdout).toContain(
      'Goes on from checkpoint after-canary with the remaining 32 files.',
    );
    expect(resumed).toMatchObject({ exitCode: 0 });
    expect(checkpoints.map(({ name }) => name)).toContain('after-canary');
  });

  test('is taken back by undo, and is closed then', async () => {
    const settings = inWorkspaceOf(sandbox);
    const before = sandbox.rows('select * from files order by id');
    const runId = await aCanary(4);

    await jsonOf('undo', [runId, '--confirm', '--force'], settings);

    expect(sandbox.rows('select * from files order by id')).toEqual(before);
    expect(await errorOf('resume', [runId], settings)).toMatchObject({ code: 'RUN_NOT_RESUMABLE' });
    expect((await runCli(['runs', 'show', runId], settings)).stdout).toContain('the run is closed');
  });

  test('does not go on unless the run is named', async () => {
    const settings = inWorkspaceOf(sandbox);
    const runId = await aCanary(4);

    const error = await errorOf('resume', [], settings);
    await jsonOf('undo', [runId, '--confirm', '--force'], settings);

    expect(error).toMatchObject({ code: 'RUN_NOT_FOUND', hint: expect.stringContaining(runId) });
  });
});

describe('rollback --stages', () => {
  test('waits after each stage, and undo --to takes back what came after a checkpoint', async () => {
    const settings = inWorkspaceOf(sandbox);
    const { runId } = await jsonOf(
      'rollback',
      [
        ...['--batch-id', batch, '--stages', '3,5,rest', '--checkpoint-name', 'after-three'],
        ...['--confirm', '--force'],
      ],
      settings,
    );

    const second = await jsonOf('resume', [runId], settings);
    const undo = await jsonOf(
      'undo',
      [runId, '--to', 'after-three', '--confirm', '--force'],
      settings,
    );
    const rest = await jsonOf('undo', [runId, '--confirm', '--force'], settings);

    expect(second).toMatchObject({ result: 'at-checkpoint', counts: { done: 8 } });
    expect(undo).toMatchObject({ result: 'succeeded', counts: { planned: 5, done: 5 } });
    expect(rest).toMatchObject({ result: 'succeeded', counts: { done: 3 } });
  });
});
