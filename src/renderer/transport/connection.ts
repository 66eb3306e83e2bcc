import type { ClientContext, ClientLink, ClientOptions } from '@orpc/client';
import { backOffMs } from './back-off.ts';
import type { Channel, OpenChannel } from './channel.ts';

/** Whether the console can reach Unwind. `offline` counts the attempts made since the connection was lost. */
export type ConnectionState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'online' }
  | { readonly kind: 'offline'; readonly attempts: number; readonly sinceMs: number };

/** The channel closed before an answer came: the call may or may not have had its effect. */
export class ConnectionLostError extends Error {
  override readonly name = 'ConnectionLostError';
}

const HIDDEN_ERROR = 'The connection to Unwind closed before the answer came.';

/**
 * Keeps one channel to the router open, and opens a new one with growing pauses when it closes.
 *
 * It is the link of the client: a call made while connecting waits; a call made while offline fails at once.
 */
export class Connection implements ClientLink<ClientContext> {
  readonly #open: OpenChannel;
  readonly #listeners = new Set<() => void>();
  #state: ConnectionState = { kind: 'connecting' };
  #channel: Channel | undefined;
  #wake: (() => void) | undefined;

  constructor(open: OpenChannel) {
    this.#open = open;
    void this.#keepOpen();
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Calls `listener` after each change of state; returns the way to end that. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tries now rather than after the pause. */
  retryNow(): void {
    this.#wake?.();
  }

  /** Resolves once the connection is open (at once when it is); rejects when `signal` aborts. */
  whenOnline(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = () => {
        if (signal.aborted) reject(new DOMException('No longer needed.', 'AbortError'));
        else if (this.#state.kind === 'online') resolve();
        else return;
        unsubscribe();
        signal.removeEventListener('abort', settle);
      };
      const unsubscribe = this.subscribe(settle);
      signal.addEventListener('abort', settle);
      settle();
    });
  }

  async call(
    path: readonly string[],
    input: unknown,
    options: ClientOptions<ClientContext>,
  ): Promise<unknown> {
    if (this.#state.kind === 'connecting') {
      await this.whenOnline(options.signal ?? new AbortController().signal);
    }
    const channel = this.#channel;
    if (channel === undefined) throw new ConnectionLostError(HIDDEN_ERROR);
    try {
      return await channel.link.call(path, input, options);
    } catch (error) {
      if (this.#channel === channel || options.signal?.aborted === true) throw error;
      throw new ConnectionLostError(HIDDEN_ERROR, { cause: error });
    }
  }

  async #keepOpen(): Promise<never> {
    let attempts = 0;
    let lostAtMs = Date.now();
    for (;;) {
      const channel = await this.#tryOpen();
      if (channel === undefined) {
        attempts += 1;
        this.#enter({ kind: 'offline', attempts, sinceMs: lostAtMs });
        await this.#pause(backOffMs(attempts));
        continue;
      }
      attempts = 0;
      this.#channel = channel;
      this.#enter({ kind: 'online' });
      await channel.closed;
      lostAtMs = Date.now();
      this.#channel = undefined;
      this.#enter({ kind: 'offline', attempts, sinceMs: lostAtMs });
    }
  }

  async #tryOpen(): Promise<Channel | undefined> {
    try {
      return await this.#open();
    } catch {
      // Not swallowed: `undefined` is the fact "no answer", which becomes the offline state that the page shows.
      return undefined;
    }
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, delayMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #enter(state: ConnectionState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
