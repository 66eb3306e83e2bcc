import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type StartedConsole, startConsole } from '../../support/browser/start-console.ts';
import { makePlan, openConsoleClient, startRun } from '../../support/hosts/console-client.ts';
import { freezeSandbox } from '../../support/hosts/freeze-sandbox.ts';

describe('browser door › end during a run', () => {
  let started: StartedConsole;
  let thaw = (): void => undefined;

  beforeAll(async () => {
    started = await startConsole();
  });

  afterAll(async () => {
    thaw();
    await started.close();
  });

  test('stops the run at a safe boundary, says how to go on, and ends with status 8', async () => {
    const { client } = await openConsoleClient(started.url);
    const plan = await makePlan(client, { full: true });
    await startRun(client, plan);
    thaw = await freezeSandbox(started.home);

    started.signal('SIGTERM');
    await vi.waitFor(() => {
      expect(started.said.join('\n')).toContain(`Stopping run ${plan.runId} at a safe boundary`);
    }, 10_000);
    thaw();

    expect(await started.exited).toBe(8);
    expect(started.said.join('\n')).toContain(`unwind resume ${plan.runId}`);
  });

  test('leaves a run that the next console finishes', async () => {
    const next = await startConsole({ home: started.home });
    const { client, close } = await openConsoleClient(next.url);
    const [run] = (await client.run.list({})).runs;

    await client.run.resume({ runId: run?.runId ?? '' });

    await expect
      .poll(async () => (await client.run.get({ runId: run?.runId ?? '' })).state, {
        timeout: 20_000,
      })
      .toBe('succeeded');
    close();
    await next.close();
  });
});
