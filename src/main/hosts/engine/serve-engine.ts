import type { MessagePort } from 'node:worker_threads';
import type { Context } from '@orpc/server';
import type { RPCHandler } from '@orpc/server/websocket';
import { assertNever, toWire, type WireError } from '../../../shared/domain/operator-error.ts';
import type { FromEngine, ToEngine } from './protocol.ts';
import { servePort } from './serve-port.ts';

/** What the engine thread runs: the procedures of the three doors and their lifetime. */
export interface EngineApp {
  readonly handler: RPCHandler<Context>;
  readonly workspacePath: string;
  activeRunIds(): readonly string[];
  /** Stops every run at a safe boundary and waits for it. A second call finds nothing to stop. */
  close(): Promise<void>;
}

/** Opens the app and serves it on every port that the host hands over. Says so on `control` when it cannot. */
export async function serveEngine(
  control: MessagePort,
  openApp: () => Promise<EngineApp>,
): Promise<void> {
  let app: EngineApp;
  try {
    app = await openApp();
  } catch (error) {
    tell(control, { kind: 'failed', error: toWire(error) });
    return;
  }
  control.on('message', (message: ToEngine) => {
    answer({ control, app, message });
  });
  tell(control, { kind: 'ready', workspacePath: app.workspacePath });
}

interface Question {
  readonly control: MessagePort;
  readonly app: EngineApp;
  readonly message: ToEngine;
}

function answer({ control, app, message }: Question): void {
  switch (message.kind) {
    case 'connect':
      servePort(app.handler, message.port);
      return;
    case 'active-runs':
      tell(control, {
        kind: 'active-runs',
        requestId: message.requestId,
        runIds: app.activeRunIds(),
      });
      return;
    case 'stop-runs':
      void closeApp(app).then((error) => {
        tell(control, { kind: 'runs-stopped', error });
      });
      return;
    default:
      assertNever(message);
  }
}

async function closeApp(app: EngineApp): Promise<WireError | null> {
  try {
    await app.close();
    return null;
  } catch (error) {
    return toWire(error);
  }
}

function tell(control: MessagePort, message: FromEngine): void {
  control.postMessage(message);
}
