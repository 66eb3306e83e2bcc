import type { StepName } from '../../shared/domain/plan.ts';
import type { BegunRuns } from '../core/ports/begun-runs.ts';
import type { CrashAt, CrashPoint, JournaledModule } from '../core/ports/crash-points.ts';
import type { DebtLedger } from '../core/ports/debts.ts';
import type { Lease, Leases } from '../core/ports/lease.ts';
import type { RunFile, RunFiles } from '../core/ports/run-file.ts';
import type { SafeModes } from '../core/ports/safe-modes.ts';

// The crash points of what every run passes through, here and not in the steps: a step that is added has them by itself.

/** How the names of the points around a chunk of a step begin. Steps without one keep no journal. */
const MODULES: Readonly<Record<StepName, JournaledModule | undefined>> = {
  snapshot: undefined,
  'reset-rows': 'rows',
  'restore-rows': 'rows',
  'update-batches': 'batches',
  'verify-rows': undefined,
  'quarantine-objects': 'quarantine',
  'delete-objects': 'delete',
  'restore-objects': 'restore',
  'purge-objects': 'purge',
  'drop-columns': 'columns',
  verify: undefined,
};

/** What writes to a run file. A method that is added and changes the file belongs here. */
type Writing = Pick<
  RunFile,
  | 'beginRun'
  | 'updateRun'
  | 'updateStep'
  | 'holdAtCheckpoint'
  | 'appendIntent'
  | 'appendOutcome'
  | 'appendDecision'
  | 'appendAudit'
  | 'saveAppliedBatches'
>;

/** Run files whose writers pass crash points before and after each transaction. */
export function runFilesAtBoundaries(runFiles: RunFiles, crashAt: CrashAt): RunFiles {
  return {
    ...runFiles,
    open: (runId, access) => {
      const file = runFiles.open(runId, access);
      return access === 'read' ? file : { ...file, ...writingAtBoundaries(file, crashAt) };
    },
  };
}

function writingAtBoundaries(file: RunFile, crashAt: CrashAt): Writing {
  return {
    beginRun: around(crashAt, ['run.before-begin', 'run.after-begin'], (begin) => {
      file.beginRun(begin);
    }),
    updateRun: around(crashAt, ['run.before-state', 'run.after-state'], (change) => {
      file.updateRun(change);
    }),
    updateStep: around(crashAt, ['step.before-state', 'step.after-state'], (step, checkpoint) => {
      file.updateStep(step, checkpoint);
    }),
    holdAtCheckpoint: around(
      crashAt,
      ['checkpoint.before-write', 'checkpoint.after-write'],
      (checkpoint) => {
        file.holdAtCheckpoint(checkpoint);
      },
    ),
    appendDecision: around(
      crashAt,
      ['recovery.before-decision', 'recovery.after-decision'],
      (decision) => {
        file.appendDecision(decision);
      },
    ),
    appendAudit: around(crashAt, ['audit.before-entry', 'audit.after-entry'], (event) => {
      file.appendAudit(event);
    }),
    saveAppliedBatches: around(
      crashAt,
      ['batches.before-values', 'batches.after-values'],
      (batches) => {
        file.saveAppliedBatches(batches);
      },
    ),
    appendIntent: (intent) => {
      const module = MODULES[intent.step];
      if (module !== undefined) crashAt(`${module}.before-intent`);
      file.appendIntent(intent);
      if (module !== undefined) crashAt(`${module}.after-intent`);
    },
    appendOutcome: (outcome) => {
      const module = MODULES[outcome.step];
      if (module !== undefined) crashAt(`${module}.before-outcome`);
      file.appendOutcome(outcome);
      if (module !== undefined) crashAt(`${module}.after-outcome`);
    },
  };
}

/** Leases that pass crash points before and after they are taken and given back. */
export function leasesAtBoundaries(leases: Leases, crashAt: CrashAt): Leases {
  return {
    find: () => leases.find(),
    acquire: async (request) => {
      crashAt('run.before-lease');
      const lease = await leases.acquire(request);
      crashAt('run.after-lease');
      return releasingAtBoundaries(lease, crashAt);
    },
  };
}

function releasingAtBoundaries(lease: Lease, crashAt: CrashAt): Lease {
  return {
    ...lease,
    release: async () => {
      crashAt('run.before-release');
      await lease.release();
      crashAt('run.after-release');
    },
  };
}

/** A ledger that passes crash points before and after each transaction. */
export function ledgerAtBoundaries(ledger: DebtLedger, crashAt: CrashAt): DebtLedger {
  return {
    ...ledger,
    enter: around(crashAt, ['debts.before-entry', 'debts.after-entry'], (run, effects) => {
      ledger.enter(run, effects);
    }),
    finishRun: around(crashAt, ['debts.before-finish', 'debts.after-finish'], (run) => {
      ledger.finishRun(run);
    }),
  };
}

/** Safe modes that pass crash points before and after they are entered and left. */
export function safeModesAtBoundaries(safeModes: SafeModes, crashAt: CrashAt): SafeModes {
  return {
    ...safeModes,
    enter: around(crashAt, ['safe-mode.before-enter', 'safe-mode.after-enter'], (reason) => {
      safeModes.enter(reason);
    }),
    end: around(crashAt, ['safe-mode.before-end', 'safe-mode.after-end'], (ending) => {
      safeModes.end(ending);
    }),
  };
}

/** An index of begun runs that passes crash points before and after a run is entered, and is said to have ended. */
export function begunRunsAtBoundaries(begunRuns: BegunRuns, crashAt: CrashAt): BegunRuns {
  return {
    ...begunRuns,
    begin: around(crashAt, ['begun-run.before-entry', 'begun-run.after-entry'], (run) => {
      begunRuns.begin(run);
    }),
    end: around(crashAt, ['begun-run.before-end', 'begun-run.after-end'], (runId) => {
      begunRuns.end(runId);
    }),
  };
}

function around<Args extends readonly unknown[]>(
  crashAt: CrashAt,
  [before, after]: readonly [CrashPoint, CrashPoint],
  write: (...args: Args) => void,
): (...args: Args) => void {
  return (...args) => {
    crashAt(before);
    write(...args);
    crashAt(after);
  };
}
