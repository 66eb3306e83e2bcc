import type { ToContractError } from './procedure-context.ts';

/** Events from a producer that pushes, to a consumer that pulls. */
export interface EventQueue<T> {
  push(event: T): void;
  /** Ends the stream after what was pushed. */
  end(): void;
  /** Ends the stream with an error, in the contract's form. */
  fail(error: unknown): void;
  stream(): AsyncGenerator<T, void, void>;
}

/**
 * Makes a queue. `replaces` says whether a new event makes the one waiting before it worthless: progress does, so that a slow
 * consumer gets the newest and memory stays flat.
 */
export function createEventQueue<T>(
  toContractError: ToContractError,
  replaces: (waiting: T, next: T) => boolean,
): EventQueue<T> {
  const waiting: T[] = [];
  let ended = false;
  let failure: { readonly error: unknown } | undefined;
  let wake: (() => void) | undefined;

  function changed(): void {
    wake?.();
    wake = undefined;
  }

  return {
    push: (event) => {
      const newest = waiting.at(-1);
      if (newest !== undefined && replaces(newest, event)) waiting.pop();
      waiting.push(event);
      changed();
    },
    end: () => {
      ended = true;
      changed();
    },
    fail: (error) => {
      failure = { error: toContractError(error) };
      changed();
    },
    stream: async function* () {
      for (;;) {
        const event = waiting.shift();
        if (event !== undefined) {
          yield event;
          continue;
        }
        if (failure !== undefined) throw failure.error;
        if (ended) return;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
