import { implement, ORPCError } from '@orpc/server';
import { contract } from '../../../shared/contract/index.ts';
import {
  type OperatorError,
  toOperatorError,
  toWire,
} from '../../../shared/domain/operator-error.ts';
import type { Operator } from '../../../shared/domain/target.ts';
import type { Vault } from '../../adapters/vault/open-vault.ts';
import type { BegunRuns } from '../../core/ports/begun-runs.ts';
import type { BugLog } from '../../core/ports/bug-log.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { CrashAt } from '../../core/ports/crash-points.ts';
import type { DebtLedger } from '../../core/ports/debts.ts';
import type { OpenEvidenceStage } from '../../core/ports/evidence-stage.ts';
import type { Hashes } from '../../core/ports/hashes.ts';
import type { Ids } from '../../core/ports/ids.ts';
import type { Packs } from '../../core/ports/packs.ts';
import type { ReconcileReports } from '../../core/ports/reconcile-reports.ts';
import type { ReferenceLogs } from '../../core/ports/reference-logs.ts';
import type { RunFiles } from '../../core/ports/run-file.ts';
import type { SafeModes } from '../../core/ports/safe-modes.ts';
import type { Sandbox } from '../../core/ports/sandbox.ts';
import type { SessionLog } from '../../core/ports/session-log.ts';
import type { SnapshotCatalogue } from '../../core/ports/snapshot-catalogue.ts';
import type { SnapshotStore } from '../../core/ports/snapshot-store.ts';
import type { WorkspaceDisk } from '../../core/ports/workspace-disk.ts';
import type { RunEngine } from '../../core/run/run-engine.ts';
import type { LiveConfiguration } from '../config/live-configuration.ts';
import type { TargetKeeper } from '../keep-targets.ts';
import type { NamedTargets } from '../open-targets.ts';

/** What the procedures call. */
export interface ProcedureParts {
  readonly configuration: LiveConfiguration;
  readonly vault: Vault;
  readonly keeper: TargetKeeper;
  readonly targets: NamedTargets;
  readonly runFiles: RunFiles;
  readonly snapshots: SnapshotStore;
  readonly catalogue: SnapshotCatalogue;
  readonly openEvidenceStage: OpenEvidenceStage;
  readonly packs: Packs;
  readonly reports: ReconcileReports;
  readonly referenceLogs: ReferenceLogs;
  readonly ledger: DebtLedger;
  readonly safeModes: SafeModes;
  readonly begunRuns: BegunRuns;
  readonly disk: WorkspaceDisk;
  readonly engine: RunEngine;
  readonly sandbox: Sandbox;
  readonly operator: Operator;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly hashes: Hashes;
  readonly crashAt: CrashAt;
  readonly bugLog: BugLog;
  readonly sessionLog: SessionLog;
}

/** Gives what a procedure threw the form in which it crosses the contract: the typed error with the whole `OperatorError` as data. */
export type ToContractError = (error: unknown) => unknown;

/** Makes the translation; a bug is handed to `logBug` first, because its cause stays behind. */
function contractErrors(logBug: (bug: OperatorError) => void): ToContractError {
  return (error) => {
    // Validation errors of the contract itself are usage errors of the caller and already have a form of their own.
    if (error instanceof ORPCError) return error;
    const known = toOperatorError(error);
    if (known.kind === 'bug') logBug(known);
    const data = toWire(known);
    return new ORPCError('OPERATOR_ERROR', {
      defined: true,
      message: data.message,
      data,
      cause: known.cause,
    });
  };
}

/** The contract's implementer: whatever a procedure throws leaves it as the contract's typed error. */
function createImplementer(toContractError: ToContractError) {
  return implement(contract).use(async ({ next }) => {
    try {
      return await next();
    } catch (error) {
      throw toContractError(error);
    }
  });
}

/** What procedures are made of: their parts, and the implementer that catches what they throw. */
export interface ProcedureContext extends ProcedureParts {
  readonly os: ReturnType<typeof createImplementer>;
  readonly toContractError: ToContractError;
}

/** Adds the implementer to the parts. */
export function procedureContext(parts: ProcedureParts): ProcedureContext {
  const toContractError = contractErrors((bug) => {
    parts.bugLog.append(bug);
  });
  return { ...parts, os: createImplementer(toContractError), toContractError };
}
