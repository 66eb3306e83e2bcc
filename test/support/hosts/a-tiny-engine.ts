import type { MessagePort } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import { type Engine, startEngine } from '../../../src/main/hosts/engine/engine.ts';
import type { tinyContract } from './tiny-router.ts';

export type TinyClient = ContractRouterClient<typeof tinyContract>;

/** Starts an engine thread with the tiny router; flags: `run` is active, `fail` and `failClose` fail. */
export function aTinyEngine(flags: Record<string, string> = {}): Promise<Engine> {
  return startEngine({
    entry: new URL('./tiny-engine-child.ts', import.meta.url),
    options: { door: 'browser', env: {}, cwd: '/', flags, sandboxEntry: 'file:///none' },
  });
}

export function tinyClientOver(port: MessagePort): TinyClient {
  const link = new RPCLink({ port });
  port.start();
  return createORPCClient(link);
}

/** Everything that a stream yields. */
export async function allOf<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const values: T[] = [];
  for await (const value of stream) values.push(value);
  return values;
}
