import { describe, expect, test, vi } from 'vitest';
import { type CliChild, jsonOf, startCli } from './spawn-cli.ts';
import { throttledTarget } from './throttled-target.ts';

const target = throttledTarget();

/** Sends Ctrl-C and waits until the CLI has said something about it. */
async function pressCtrlC(cli: CliChild, answer: string): Promise<void> {
  let said = '';
  const answered = new Promise<void>((resolve) => {
    cli.child.stderr.on('data', (text: string) => {
      said += text;
      if (said.includes(answer)) resolve();
    });
  });
  cli.child.kill('SIGINT');
  await answered;
}

describe('Ctrl-C during a run', () => {
  test('stops at a safe boundary with 130, says how to go on, and resume finishes', async () => {
    const { cli, release } = await target.aRunUnderWay();

    await pressCtrlC(cli, 'safe boundary');
    await pressCtrlC(cli, 'Ctrl-C once more ends the process at once');
    release();

    const { exitCode, stdout } = await cli.end;
    const { result, runId } = JSON.parse(stdout) as { result: string; runId: string };
    expect({ exitCode, result }).toEqual({ exitCode: 130, result: 'stopped' });
    const resumed = await jsonOf('resume', [], target.settings());
    expect(resumed).toMatchObject({
      runId,
      result: 'succeeded',
      counts: { planned: 44, done: 44 },
    });
    await jsonOf('undo', [runId, '--confirm', '--force'], target.settings());
  });

  test('pressed three times ends the process, and resume settles what was under way', async () => {
    const { cli, release } = await target.aRunUnderWay();

    await pressCtrlC(cli, 'safe boundary');
    await pressCtrlC(cli, 'Ctrl-C once more ends the process at once');
    cli.child.kill('SIGINT');
    await cli.end;
    release();

    expect(cli.child.signalCode).toBe('SIGINT');
    const resumed = await jsonOf('resume', [], target.settings());
    expect(resumed).toMatchObject({ result: 'succeeded', counts: { planned: 44, done: 44 } });
    await jsonOf('undo', [resumed.runId, '--confirm', '--force'], target.settings());
  });
});

describe('Ctrl-C during planning', () => {
  test('ends with 130 and leaves no plan behind', async () => {
    const gate = Promise.withResolvers<undefined>();
    let asked = 0;
    target.proxy().use(async () => {
      asked += 1;
      await gate.promise;
      return undefined;
    });
    const before = await jsonOf('runs list', [], target.settings());
    const cli = startCli(['plan', '--full-rollback', '--json'], target.settings());
    await vi.waitUntil(() => asked > 0, { timeout: 20_000, interval: 20 });

    cli.child.kill('SIGINT');
    gate.resolve(undefined);

    const end = await cli.end;
    expect(end.exitCode).toBe(130);
    expect(JSON.parse(end.stdout)).toMatchObject({ error: { code: 'CANCELLED' } });
    expect((await jsonOf('runs list', [], target.settings())).total).toBe(before.total);
  });
});
