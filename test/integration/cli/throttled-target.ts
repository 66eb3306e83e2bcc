import { afterAll, afterEach, beforeAll, vi } from 'vitest';
import { type FaultProxy, startFaultProxy } from '../../support/r2/start-fault-proxy.ts';
import { aSandbox, type TestSandbox } from '../../support/sandbox/a-sandbox.ts';
import { asConfiguredTarget, type CliChild, startCli } from './spawn-cli.ts';

/** The sandbox behind a proxy that can hold or refuse what the CLI asks of R2. */
export interface ThrottledTarget {
  readonly sandbox: () => TestSandbox;
  readonly proxy: () => FaultProxy;
  /** Settings under which the proxy is the endpoint of the only target. */
  readonly settings: () => { readonly env: Record<string, string> };
  /** Starts a rollback of a batch and returns when its first change of an object is held back. */
  readonly aRunUnderWay: () => Promise<{ readonly cli: CliChild; readonly release: () => void }>;
}

/** Registers the sandbox and the proxy for the test file that calls it. */
export function throttledTarget(): ThrottledTarget {
  let sandbox: TestSandbox;
  let proxy: FaultProxy;

  beforeAll(async () => {
    sandbox = await aSandbox();
    proxy = await startFaultProxy(sandbox.settings.endpoint);
  });
  afterEach(() => {
    proxy.use(() => undefined);
  });
  afterAll(async () => {
    await proxy.stop();
    await sandbox.remove();
  });

  function settings(): { readonly env: Record<string, string> } {
    return asConfiguredTarget(sandbox, { R2_ENDPOINT: proxy.endpoint });
  }
  async function aRunUnderWay(): ReturnType<ThrottledTarget['aRunUnderWay']> {
    const gate = Promise.withResolvers<undefined>();
    let held = 0;
    proxy.use(async (seen) => {
      if (!seen.mutating) return undefined;
      held += 1;
      await gate.promise;
      return undefined;
    });
    const args = [
      'rollback',
      '--batch-id',
      'b-2024-11-06-photos',
      '--confirm',
      '--force',
      '--json',
    ];
    const cli = startCli(args, settings());
    await vi.waitUntil(() => held > 0, { timeout: 20_000, interval: 20 });
    return {
      cli,
      release: () => {
        gate.resolve(undefined);
      },
    };
  }

  return { sandbox: () => sandbox, proxy: () => proxy, settings, aRunUnderWay };
}
