import { useCallback, useEffect, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import type { PlanEvent } from '../shared/contract/plan.ts';
import type { Progress } from '../shared/domain/run.ts';
import { refreshAfterChange } from './queries.ts';

/** The making of a plan: not begun, going on, or ended by an error. A plan that is made opens its page. */
export type PlanMaking =
  | { readonly state: 'idle' }
  | { readonly state: 'making'; readonly progress: Progress | undefined }
  | { readonly state: 'failed'; readonly error: unknown };

/** Opens the stream that makes the plan; the signal cancels it. */
export type MakePlan = (signal: AbortSignal) => Promise<AsyncIterable<PlanEvent>>;

/** Makes a plan, tells how it goes, can cancel, and goes to the plan's page. Leaving the page cancels. */
export function usePlanMaking(): {
  readonly making: PlanMaking;
  readonly make: (open: MakePlan) => void;
  readonly cancel: () => void;
} {
  const [making, setMaking] = useState<PlanMaking>({ state: 'idle' });
  const [, navigate] = useLocation();
  const controller = useRef<AbortController>(undefined);

  const cancel = useCallback(() => {
    controller.current?.abort();
    setMaking({ state: 'idle' });
  }, []);

  const make = useCallback(
    (open: MakePlan) => {
      controller.current?.abort();
      const own = new AbortController();
      controller.current = own;
      setMaking({ state: 'making', progress: undefined });
      void followPlan(open, {
        signal: own.signal,
        onProgress: (progress) => {
          setMaking({ state: 'making', progress });
        },
        onCreated: (planId) => {
          void refreshAfterChange();
          navigate(`/plans/${planId}`);
        },
        onFailed: (error) => {
          setMaking({ state: 'failed', error });
        },
      });
    },
    [navigate],
  );

  useEffect(() => () => controller.current?.abort(), []);
  return { making, make, cancel };
}

interface PlanListener {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  readonly onCreated: (planId: string) => void;
  readonly onFailed: (error: unknown) => void;
}

async function followPlan(open: MakePlan, listener: PlanListener): Promise<void> {
  try {
    for await (const event of await open(listener.signal)) {
      if (listener.signal.aborted) return;
      if (event.kind === 'progress') listener.onProgress(event.progress);
      else listener.onCreated(event.plan.planId);
    }
  } catch (error) {
    // Cancelling ends the stream with an error of its own; the operator asked for it.
    if (!listener.signal.aborted) listener.onFailed(error);
  }
}
