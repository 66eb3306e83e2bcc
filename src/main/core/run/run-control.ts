/** The operator's hand on a run: hold it, let it go on, stop it. Obeyed between chunks only, where stopping is safe. */
export interface RunControl {
  /** Called between chunks. Waits while the run is paused; says whether to go on. */
  mayGoOn(): Promise<'go' | 'stop'>;
  pause(): void;
  continue(): void;
  stop(): void;
  readonly state: 'going' | 'paused' | 'stopping';
}

/** Makes the control of one run; `onChange` is told of every change of state. */
export function createRunControl(onChange: (state: RunControl['state']) => void): RunControl {
  let state: RunControl['state'] = 'going';
  let wake: (() => void) | undefined;

  function become(next: RunControl['state']): void {
    // A stop is final: neither pause nor continue takes it back.
    if (state === 'stopping' || state === next) return;
    state = next;
    if (state !== 'paused') wake?.();
    onChange(state);
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
    stop: () => {
      become('stopping');
    },
    mayGoOn: async () => {
      while (state === 'paused') {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return state === 'stopping' ? 'stop' : 'go';
    },
  };
}
