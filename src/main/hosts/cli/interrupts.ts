/** Called with 1 for the first Ctrl-C since it was registered, 2 for the second, and so on. */
export type InterruptListener = (count: number) => void;

/** Ctrl-C (SIGINT) and SIGTERM, which a CI system sends. */
export interface Interrupts {
  /**
   * Takes interrupts until the returned function is called. The newest listener gets them; without any, the process ends as
   * usual.
   */
  readonly listen: (listener: InterruptListener) => () => void;
}

/** Interrupts of this process. */
export function processInterrupts(): Interrupts {
  const listeners: { readonly listener: InterruptListener; count: number }[] = [];
  function hear(): void {
    const newest = listeners.at(-1);
    if (newest === undefined) return;
    newest.count += 1;
    newest.listener(newest.count);
  }
  return {
    listen: (listener) => {
      const entry = { listener, count: 0 };
      if (listeners.length === 0) process.on('SIGINT', hear).on('SIGTERM', hear);
      listeners.push(entry);
      return () => {
        const index = listeners.indexOf(entry);
        if (index === -1) return;
        listeners.splice(index, 1);
        if (listeners.length === 0) process.off('SIGINT', hear).off('SIGTERM', hear);
      };
    },
  };
}

/** Ends this process at once, as if the signal had met no listener. Recovery settles what was under way. */
export function endProcessNow(): void {
  process.removeAllListeners('SIGINT');
  process.kill(process.pid, 'SIGINT');
}
