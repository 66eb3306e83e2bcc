import { parentPort, workerData } from 'node:worker_threads';
import { RPCHandler } from '@orpc/server/websocket';
import { invariant } from '../../../shared/domain/operator-error.ts';
import { composeApp } from '../../app/compose.ts';
import type { EngineOptions } from './protocol.ts';
import { serveEngine } from './serve-engine.ts';

// The engine thread: the one place of a console process where rows are read and runs execute.
invariant(
  parentPort !== null,
  'The engine was started as a process; it is the entry of a worker thread.',
);

const options = workerData as EngineOptions;
await serveEngine(parentPort, async () => {
  const app = await composeApp({ ...options, sandboxEntry: new URL(options.sandboxEntry) });
  return {
    handler: new RPCHandler(app.router),
    workspacePath: app.workspacePath,
    activeRunIds: () => app.activeRunIds(),
    close: () => app.close(),
  };
});
