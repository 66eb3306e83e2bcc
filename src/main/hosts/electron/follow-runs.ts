import type { RunDetail } from '../../../shared/domain/run.ts';
import type { UnwindClient } from '../engine/client.ts';
import type { Engine } from '../engine/engine.ts';

const LOOK_MS = 1_000;

/** What is told of the runs of this process. */
export interface RunListener {
  /** From 0 to 1; `null`: no run goes on. */
  readonly onProgress: (fraction: number | null) => void;
  readonly onEnd: (run: RunDetail) => void;
}

/** Follows one run of this process after the other, for the taskbar and the notifications of the system. Returns what ends it. */
export function followRuns(
  parts: { readonly engine: Pick<Engine, 'activeRunIds'>; readonly client: UnwindClient },
  listener: RunListener,
): () => void {
  const { engine, client } = parts;
  const ended = new AbortController();
  let timer: NodeJS.Timeout | undefined;

  async function follow(runId: string): Promise<void> {
    try {
      const progress = await client.run.watch({ runId }, { signal: ended.signal });
      for await (const { fraction } of progress) listener.onProgress(fraction);
    } finally {
      // Also where the watch broke: a bar that stands still would tell of a run that nobody follows.
      listener.onProgress(null);
    }
    if (!ended.signal.aborted) listener.onEnd(await client.run.get({ runId }));
  }

  async function look(): Promise<void> {
    const [runId] = await engine.activeRunIds();
    if (runId !== undefined) await follow(runId);
  }

  function wait(): void {
    if (ended.signal.aborted) return;
    timer = setTimeout(() => {
      // The page tells what is wrong with a run; here the next look comes all the same.
      void look()
        .catch(() => undefined)
        .finally(wait);
    }, LOOK_MS);
  }

  wait();
  return () => {
    ended.abort();
    clearTimeout(timer);
  };
}
