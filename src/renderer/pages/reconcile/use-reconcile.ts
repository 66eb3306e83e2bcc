import { useCallback, useEffect, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import type { ReconcileEvent } from '../../../shared/contract/reconcile.ts';
import type { Progress } from '../../../shared/domain/run.ts';
import { refreshAfterChange } from '../../queries.ts';

/** A reconcile: not begun, going on, or ended by an error. One that is finished opens its report. */
export type Reconciling =
  | { readonly state: 'idle' }
  | { readonly state: 'going'; readonly progress: Progress | undefined }
  | { readonly state: 'failed'; readonly error: unknown };

/** Opens the stream that compares; the signal stops it after the page that is being read. */
export type OpenReconcile = (signal: AbortSignal) => Promise<AsyncIterable<ReconcileEvent>>;

/** Compares, tells how it goes, can stop, and goes to the report. Leaving the page stops; what was compared is kept. */
export function useReconcile(): {
  readonly reconciling: Reconciling;
  readonly start: (open: OpenReconcile) => void;
  readonly stop: () => void;
} {
  const [reconciling, setReconciling] = useState<Reconciling>({ state: 'idle' });
  const [, navigate] = useLocation();
  const controller = useRef<AbortController>(undefined);

  const stop = useCallback(() => {
    controller.current?.abort();
    setReconciling({ state: 'idle' });
    void refreshAfterChange();
  }, []);

  const start = useCallback(
    (open: OpenReconcile) => {
      controller.current?.abort();
      const own = new AbortController();
      controller.current = own;
      setReconciling({ state: 'going', progress: undefined });
      void follow(open, {
        signal: own.signal,
        onProgress: (progress) => {
          setReconciling({ state: 'going', progress });
        },
        onFinished: (reportId) => {
          void refreshAfterChange();
          navigate(`/reconcile/${reportId}`);
        },
        onFailed: (error) => {
          setReconciling({ state: 'failed', error });
          void refreshAfterChange();
        },
      });
    },
    [navigate],
  );

  useEffect(() => () => controller.current?.abort(), []);
  return { reconciling, start, stop };
}

interface ReconcileListener {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  readonly onFinished: (reportId: string) => void;
  readonly onFailed: (error: unknown) => void;
}

async function follow(open: OpenReconcile, listener: ReconcileListener): Promise<void> {
  try {
    for await (const event of await open(listener.signal)) {
      if (listener.signal.aborted) return;
      if (event.kind === 'progress') listener.onProgress(event.progress);
      else if (event.kind === 'finished') listener.onFinished(event.report.reportId);
    }
  } catch (error) {
    // Stopping ends the stream with an error of its own; the operator asked for it.
    if (!listener.signal.aborted) listener.onFailed(error);
  }
}
