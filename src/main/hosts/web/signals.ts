/** The signals that ask a console to end, in the order in which they came; none is lost before `start` is over. */
export interface Signals {
  /** Resolves at the next signal that no earlier call has taken. */
  next(): Promise<void>;
  /** Gives the signals their default effect again. */
  release(): void;
}

const ENDING = ['SIGINT', 'SIGTERM'] as const;

/** Listens from now on. */
export function listenForSignals(): Signals {
  let waitingSignals = 0;
  const waiters: (() => void)[] = [];
  const onSignal = () => {
    const waiter = waiters.shift();
    if (waiter === undefined) waitingSignals += 1;
    else waiter();
  };
  for (const signal of ENDING) process.on(signal, onSignal);
  return {
    next() {
      if (waitingSignals === 0) {
        return new Promise((resolve) => {
          waiters.push(resolve);
        });
      }
      waitingSignals -= 1;
      return Promise.resolve();
    },
    release() {
      for (const signal of ENDING) process.removeListener(signal, onSignal);
    },
  };
}
