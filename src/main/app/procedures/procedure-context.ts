import { implement, ORPCError } from '@orpc/server';
import { contract } from '../../../shared/contract/index.ts';
import { OperatorError, toWire } from '../../../shared/domain/operator-error.ts';
import type { Operator } from '../../../shared/domain/target.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Hashes } from '../../core/ports/hashes.ts';
import type { Ids } from '../../core/ports/ids.ts';
import type { RunFiles } from '../../core/ports/run-file.ts';
import type { Sandbox } from '../../core/ports/sandbox.ts';
import type { SnapshotStore } from '../../core/ports/snapshot-store.ts';
import type { RunEngine } from '../../core/run/run-engine.ts';
import type { Configuration } from '../config.ts';
import type { NamedTargets } from '../open-targets.ts';

/** What the procedures call. */
export interface ProcedureParts {
  readonly configuration: Configuration;
  readonly targets: NamedTargets;
  readonly runFiles: RunFiles;
  readonly snapshots: SnapshotStore;
  readonly engine: RunEngine;
  readonly sandbox: Sandbox;
  readonly operator: Operator;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly hashes: Hashes;
}

/** The form in which an error crosses the contract: the typed error with the whole `OperatorError` as its data. */
export function toContractError(error: unknown): unknown {
  // Validation errors of the contract itself are usage errors of the caller and already have a form of their own.
  if (error instanceof ORPCError) return error;
  const data = toWire(error);
  return new ORPCError('OPERATOR_ERROR', {
    defined: true,
    message: data.message,
    data,
    cause: error instanceof OperatorError ? error.cause : error,
  });
}

/** Implements the contract; whatever a procedure throws leaves it as the contract's typed error. */
export const implementer = implement(contract).use(async ({ next }) => {
  try {
    return await next();
  } catch (error) {
    throw toContractError(error);
  }
});
