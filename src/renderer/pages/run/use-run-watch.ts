import { useEffect, useState } from 'react';
import type { Progress } from '../../../shared/domain/run.ts';
import { client, connection } from '../../client.ts';
import { isChannelFailure } from '../../problem.ts';

/** A problem that the run reported while this page was open. */
export interface LiveProblem {
  readonly at: string;
  readonly text: string;
}

/** What is known from the live stream. */
export interface LiveView {
  readonly progress: Progress | undefined;
  /** Newest first. */
  readonly problems: readonly LiveProblem[];
  readonly error: unknown;
}

const EMPTY_VIEW: LiveView = { progress: undefined, problems: [], error: null };
const AGAIN_AFTER_MS = 1_000;
const MOST_PROBLEMS = 200;

/** Adds one event to the view. Percent never goes back; the same problem told twice stays one line. */
export function withProgress(view: LiveView, next: Progress): LiveView {
  const fraction = Math.max(view.progress?.fraction ?? 0, next.fraction);
  return {
    progress: { ...next, fraction },
    problems: withProblem(view, next),
    error: null,
  };
}

function withProblem(view: LiveView, next: Progress): readonly LiveProblem[] {
  const { at, lastProblem: text } = next;
  if (text === null || next.problems === (view.progress?.problems ?? 0)) return view.problems;
  return [{ at, text }, ...view.problems].slice(0, MOST_PROBLEMS);
}

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
  while (!listener.signal.aborted) {
    try {
      await connection.whenOnline(listener.signal);
      await followOnce(listener);
    } catch (error) {
      if (listener.signal.aborted) return;
      if (!isChannelFailure(error)) listener.onFailed(error);
    }
    listener.onGap();
    await rest(listener.signal);
  }
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
