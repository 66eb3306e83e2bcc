import type { Clock } from '../ports/clock.ts';

/** A run waits no longer than this between two chunks, in milliseconds: it must be seen to go on. */
const LONGEST_WAIT_MS = 30_000;

/** The operator's hand on a run: hold it, let it go on, slow it down, stop it. Obeyed between chunks only, where stopping is safe. */
export interface RunControl {
  /** Called between chunks. Waits while the run is paused, and as long as it is throttled to; says whether to go on. */
  mayGoOn(): Promise<'go' | 'stop'>;
  pause(): void;
  continue(): void;
  /** For each millisecond of work, `niceRatio` milliseconds of rest: 0 is full speed, 1 half of it, 3 a quarter. */
  throttle(niceRatio: number): void;
  stop(): void;
  readonly state: 'going' | 'paused' | 'stopping';
}

/** Makes the control of one run; the listeners are told of every change. */
export function createRunControl(options: {
  readonly clock: Pick<Clock, 'monotonicMs' | 'wait'>;
  readonly onState: (state: RunControl['state']) => void;
  readonly onThrottle: (niceRatio: number) => void;
}): RunControl {
  const { clock } = options;
  let state: RunControl['state'] = 'going';
  let niceRatio = 0;
  let wentOnMs: number | undefined;
  let changed = Promise.withResolvers<undefined>();

  function wake(): void {
    changed.resolve(undefined);
    changed = Promise.withResolvers<undefined>();
  }

  function become(next: RunControl['state']): void {
    // A stop is final: neither pause nor continue takes it back.
    if (state === 'stopping' || state === next) return;
    state = next;
    wake();
    options.onState(state);
  }

  async function rest(): Promise<void> {
    if (niceRatio === 0 || wentOnMs === undefined || state !== 'going') return;
    const workedMs = clock.monotonicMs() - wentOnMs;
    await clock.wait(Math.min(workedMs * niceRatio, LONGEST_WAIT_MS), changed.promise);
  }

  return {
    get state() {
      return state;
    },
    pause: () => {
      become('paused');
    },
    continue: () => {
      become('going');
    },
    throttle: (next) => {
      if (next === niceRatio) return;
      niceRatio = next;
      wake();
      options.onThrottle(niceRatio);
    },
    stop: () => {
      become('stopping');
    },
    mayGoOn: async () => {
      await rest();
      while (state === 'paused') await changed.promise;
      wentOnMs = clock.monotonicMs();
      return state === 'stopping' ? 'stop' : 'go';
    },
  };
}
