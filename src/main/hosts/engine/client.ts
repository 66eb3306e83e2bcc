import type { MessagePort } from 'node:worker_threads';
import { createORPCClient, ORPCError } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import type { contract } from '../../../shared/contract/index.ts';
import {
  fromWire,
  type OperatorError,
  toOperatorError,
  WireError,
} from '../../../shared/domain/operator-error.ts';

/** The procedures as a typed client. */
export type UnwindClient = ContractRouterClient<typeof contract>;

/** A client over one connection to the engine, for what a host itself has to ask. */
export function clientOver(port: MessagePort): UnwindClient {
  const link = new RPCLink({ port });
  port.start();
  return createORPCClient(link);
}

/** The error of a call as it was thrown in the engine. */
export function fromCall(error: unknown): OperatorError {
  if (error instanceof ORPCError && error.defined) {
    const wire = WireError.safeParse(error.data);
    if (wire.success) return fromWire(wire.data);
  }
  return toOperatorError(error);
}
