import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import {
  assertNever,
  fromWire,
  OperatorError,
  toOperatorError,
} from '../../../shared/domain/operator-error.ts';
import type { EngineOptions, FromEngine, ToEngine } from './protocol.ts';

/** The engine thread as its host sees it. */
export interface Engine {
  readonly workspacePath: string;
  /** Opens a connection: raw oRPC frames (text or ArrayBuffer) go both ways. Closing the port ends the connection. */
  connect(): MessagePort;
  activeRunIds(): Promise<readonly string[]>;
  /** Stops every run at a safe boundary and waits for it; procedures still answer. */
  stopRuns(): Promise<void>;
  /** Stops runs as `stopRuns` does, then ends the thread. A second call waits for the first. */
  close(): Promise<void>;
  /** Tells once when the thread ended although nobody closed it. */
  onExit(listener: (error: OperatorError) => void): void;
}

/**
 * What a plan or a run of a million files keeps alive is some 60 MB. Without limits V8 lets garbage pile up to hundreds, because it sees a
 * machine with much memory. The CLI's first line sets the same.
 */
const HEAP_LIMITS = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 24 };

/** Starts the engine thread and returns once its app is composed. Throws what composing threw. */
export async function startEngine(start: {
  readonly entry: URL;
  readonly options: EngineOptions;
}): Promise<Engine> {
  const worker = new Worker(start.entry, {
    workerData: start.options,
    name: 'unwind-engine',
    resourceLimits: HEAP_LIMITS,
  });
  const host = new EngineHost(worker);
  await host.ready;
  return host;
}

class EngineHost implements Engine {
  readonly ready: Promise<void>;
  workspacePath = '';
  readonly #worker: Worker;
  readonly #started = Promise.withResolvers<undefined>();
  readonly #questions = new Map<number, (runIds: readonly string[]) => void>();
  readonly #exitListeners: ((error: OperatorError) => void)[] = [];
  #stopping: PromiseWithResolvers<undefined> | undefined;
  #closing: Promise<void> | undefined;
  #failure: OperatorError | undefined;
  #requestCount = 0;
  #hasEnded = false;

  constructor(worker: Worker) {
    this.#worker = worker;
    this.ready = this.#started.promise;
    worker.on('message', (message: FromEngine) => {
      this.#hear(message);
    });
    worker.on('error', (error) => {
      this.#failure = toOperatorError(error);
    });
    worker.on('exit', () => {
      this.#ended();
    });
  }

  connect(): MessagePort {
    const { port1, port2 } = new MessageChannel();
    this.#ask({ kind: 'connect', port: port1 }, [port1]);
    return port2;
  }

  activeRunIds(): Promise<readonly string[]> {
    if (this.#hasEnded) return Promise.resolve([]);
    const requestId = this.#requestCount++;
    return new Promise((resolve) => {
      this.#questions.set(requestId, resolve);
      this.#ask({ kind: 'active-runs', requestId });
    });
  }

  stopRuns(): Promise<void> {
    if (this.#hasEnded) return Promise.resolve();
    if (this.#stopping === undefined) {
      this.#stopping = Promise.withResolvers();
      this.#ask({ kind: 'stop-runs' });
    }
    return this.#stopping.promise;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  onExit(listener: (error: OperatorError) => void): void {
    this.#exitListeners.push(listener);
  }

  async #close(): Promise<void> {
    try {
      await this.stopRuns();
    } finally {
      await this.#worker.terminate();
    }
  }

  #ask(message: ToEngine, transfer: readonly MessagePort[] = []): void {
    this.#worker.postMessage(message, transfer);
  }

  #hear(message: FromEngine): void {
    switch (message.kind) {
      case 'ready':
        this.workspacePath = message.workspacePath;
        this.#started.resolve(undefined);
        return;
      case 'failed':
        this.#started.reject(fromWire(message.error));
        return;
      case 'active-runs':
        this.#questions.get(message.requestId)?.(message.runIds);
        this.#questions.delete(message.requestId);
        return;
      case 'runs-stopped':
        if (message.error === null) this.#stopping?.resolve(undefined);
        else this.#stopping?.reject(fromWire(message.error));
        this.#stopping = undefined;
        return;
      default:
        assertNever(message);
    }
  }

  #ended(): void {
    this.#hasEnded = true;
    const error = this.#failure ?? engineEnded();
    this.#started.reject(error);
    this.#stopping?.reject(error);
    // A thread that is gone runs nothing.
    for (const resolve of this.#questions.values()) resolve([]);
    this.#questions.clear();
    if (this.#closing !== undefined) return;
    for (const listener of this.#exitListeners) listener(error);
  }
}

function engineEnded(): OperatorError {
  return new OperatorError('INTERNAL', {
    message: 'The engine thread ended by itself.',
    hint: 'Start Unwind again: it finds the interrupted run and offers to go on with `unwind resume`.',
  });
}
