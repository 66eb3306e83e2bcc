import { parentPort, workerData } from 'node:worker_threads';
import { RPCHandler } from '@orpc/server/websocket';
import type { EngineOptions } from '../../../src/main/hosts/engine/protocol.ts';
import { serveEngine } from '../../../src/main/hosts/engine/serve-engine.ts';
import { invariant, OperatorError } from '../../../src/shared/domain/operator-error.ts';
import { tinyRouter } from './tiny-router.ts';

// An engine thread with the tiny router, steered by its flags.
invariant(parentPort !== null, 'the tiny engine is a worker thread');
const { flags } = workerData as EngineOptions;

await serveEngine(parentPort, () => {
  if (flags['fail'] !== undefined) {
    const error = new OperatorError('CONFIG_INVALID', {
      message: 'No such file.',
      hint: 'Fix it.',
    });
    return Promise.reject(error);
  }
  return Promise.resolve({
    handler: new RPCHandler(tinyRouter()),
    workspacePath: '/workspace',
    activeRunIds: () => (flags['run'] === undefined ? [] : [flags['run']]),
    close: () =>
      flags['failClose'] === undefined
        ? Promise.resolve()
        : Promise.reject(new OperatorError('DISK_FULL', { message: 'Full.', hint: 'Make room.' })),
  });
});
