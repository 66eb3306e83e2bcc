import type { InterruptListener, Interrupts } from '../../../src/main/hosts/cli/interrupts.ts';

/** Interrupts that a test sends itself. */
export function createInterruptSource(): {
  readonly interrupts: Interrupts;
  readonly interrupt: () => void;
} {
  const listeners: InterruptListener[] = [];
  return {
    interrupts: {
      listen: (listener) => {
        listeners.push(listener);
        return () => {
          listeners.splice(listeners.indexOf(listener), 1);
        };
      },
    },
    interrupt: () => listeners.at(-1)?.(1),
  };
}
