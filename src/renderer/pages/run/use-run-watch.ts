import { useEffect, useState } from 'react';
import type { Progress } from '../../../shared/domain/run.ts';
import { client, connection } from '../../client.ts';
import { isChannelFailure } from '../../problem.ts';
import { EMPTY_VIEW, type LiveView, withProgress } from './live-view.ts';

const AGAIN_AFTER_MS = 1_000;

/** Watches a run for as long as it is going on; after a gap, `onGap` has the run read again and the stream is taken up. */
export function useRunWatch(watch: {
  readonly runId: string;
  readonly isRunning: boolean;
  readonly onGap: () => void;
}): LiveView {
  const { runId, isRunning, onGap } = watch;
  const [view, setView] = useState<LiveView>(EMPTY_VIEW);
  useEffect(() => {
    if (!isRunning) return undefined;
    const controller = new AbortController();
    void followRun({
      runId,
      signal: controller.signal,
      onGap,
      onProgress: (progress) => {
        setView((old) => withProgress(old, progress));
      },
      onFailed: (error) => {
        setView((old) => ({ ...old, error }));
      },
    });
    return () => {
      controller.abort();
      setView(EMPTY_VIEW);
    };
  }, [runId, isRunning, onGap]);
  return view;
}

interface RunListener {
  readonly runId: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  readonly onGap: () => void;
  readonly onFailed: (error: unknown) => void;
}

async function followRun(listener: RunListener): Promise<void> {
  // The stream also ends when another process executes the run: then reading the run file is all there is,
  // and the stream is asked for again, in case the run comes to this process.
  while (isWanted(listener.signal)) {
    try {
      await connection.whenOnline(listener.signal);
      await followOnce(listener);
    } catch (error) {
      // A broken channel is shown by the whole page; what the router answered belongs here.
      if (isWanted(listener.signal) && !isChannelFailure(error)) listener.onFailed(error);
    }
    if (isWanted(listener.signal)) listener.onGap();
    await rest(listener.signal);
  }
}

function isWanted(signal: AbortSignal): boolean {
  return !signal.aborted;
}

async function followOnce(listener: RunListener): Promise<void> {
  const { runId, signal } = listener;
  let lastSeq: number | undefined;
  for await (const progress of await client.run.watch({ runId }, { signal })) {
    if (signal.aborted) return;
    if (lastSeq !== undefined && progress.seq !== lastSeq + 1) listener.onGap();
    lastSeq = progress.seq;
    listener.onProgress(progress);
  }
}

function rest(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, AGAIN_AFTER_MS);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
