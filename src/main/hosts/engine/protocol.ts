import type { MessagePort } from 'node:worker_threads';
import type { WireError } from '../../../shared/domain/operator-error.ts';

/** What a host asks of the engine thread, over the thread's own control channel. */
export type ToEngine =
  | { readonly kind: 'connect'; readonly port: MessagePort }
  | { readonly kind: 'active-runs'; readonly requestId: number }
  | { readonly kind: 'stop-runs' };

/** What the engine thread tells its host. */
export type FromEngine =
  | { readonly kind: 'ready'; readonly workspacePath: string }
  | { readonly kind: 'failed'; readonly error: WireError }
  | {
      readonly kind: 'active-runs';
      readonly requestId: number;
      readonly runIds: readonly string[];
    }
  | { readonly kind: 'runs-stopped'; readonly error: WireError | null };

/** What the engine composes its app from. Crosses a thread border: plain values only. */
export interface EngineOptions {
  readonly door: 'browser' | 'desktop';
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly flags: Readonly<Record<string, string>>;
  readonly configFile?: string;
  /** URL of the sandbox server's entry file. */
  readonly sandboxEntry: string;
  /** The sandbox's servers end when this process does. */
  readonly sandboxOwnerPid?: number;
}
