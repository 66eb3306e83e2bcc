import type { PlanKind } from '../../../shared/domain/plan.ts';
import type { RunState } from '../../../shared/domain/run.ts';
import type { SafeModeExit, SafeModeExitKind } from '../../../shared/domain/safe-mode.ts';
import type { Scope } from '../../../shared/domain/scope.ts';

/** The run that met what cannot be decided, as far as it is known. */
export interface ExitSubject {
  readonly runId: string;
  readonly kind: PlanKind;
  readonly subjectRunId: string | null;
  readonly targetName: string;
  readonly scope: Scope;
  /** `lost`: its file is missing or damaged. */
  readonly state: RunState | 'lost';
  readonly undoneBy: string | null;
  /** The rows as they were before the run; `null`: it took no snapshot, or it is not in this workspace. */
  readonly snapshotId: string | null;
  /** Objects that could not be deleted and can be tried again. */
  readonly failedCount: number;
}

/** An exit that is about a run. */
interface RunExit {
  readonly kind: SafeModeExitKind;
  readonly title: string;
  readonly sentence: string;
  readonly command: (run: ExitSubject) => string;
  /** Why it cannot be taken now; `null` when it can. `undefined`: it makes no sense for such a run and is not shown. */
  readonly closedBecause: (run: ExitSubject) => string | null | undefined;
}

const RESUMABLE: ReadonlySet<ExitSubject['state']> = new Set([
  'interrupted',
  'stopped',
  'failed',
  'at-checkpoint',
]);

/** The table of exits that go through the run that met what cannot be decided, in the order in which they are offered. */
const RUN_EXITS: readonly RunExit[] = [
  {
    kind: 'retry',
    title: 'Go on with the run',
    sentence:
      'Reads the world again, does what is left, verifies everything. Safe mode ends when it succeeds.',
    command: (run) => `unwind resume ${run.runId}`,
    closedBecause: (run) => {
      if (run.undoneBy !== null) return `Undo ${run.undoneBy} has taken the run back.`;
      if (RESUMABLE.has(run.state) || (run.state === 'partial' && run.failedCount > 0)) return null;
      if (run.state === 'lost')
        return 'Its file is lost: put it back from a copy, if there is one.';
      return run.state === 'running'
        ? 'It is going on now.'
        : `The run is ${run.state}: nothing of it is left to do.`;
    },
  },
  {
    kind: 'undo',
    title: 'Take the run back',
    sentence:
      'Plans the undo: rows and objects return, newer data is never overwritten. Safe mode ends when the undo succeeds.',
    command: (run) => `unwind undo ${run.runId}`,
    closedBecause: (run) => {
      if (run.kind !== 'rollback') return undefined;
      if (run.undoneBy !== null) return `Undo ${run.undoneBy} has done it.`;
      if (run.state === 'running') return 'The run is going on: stop it first.';
      if (run.state === 'lost') return 'Its file is lost, and with it the values before.';
      return run.state === 'interrupted'
        ? 'What it did last is not settled: go on with the run first.'
        : null;
    },
  },
  {
    kind: 'restore',
    title: 'Restore the snapshot',
    sentence:
      'Reads all of the snapshot and plans to give rows what it kept of them. Moves no object: a row whose object is in the quarantine is held, and comes back only when the run is taken back. Safe mode ends when the restore succeeds and holds nothing.',
    command: (run) =>
      `unwind restore --target ${shellWord(run.targetName)} ${String(run.snapshotId)}`,
    closedBecause: (run) => {
      if (run.kind === 'purge' || run.kind === 'drop-columns') return undefined;
      if (run.snapshotId === null) return 'The run has no snapshot in this workspace.';
      if (run.state === 'running') return 'The run is going on: stop it first.';
      return run.undoneBy === null ? null : `Undo ${run.undoneBy} has taken the run back.`;
    },
  },
  {
    kind: 'replan',
    title: 'Plan again what is left',
    sentence:
      'Plans the same scope anew from what is there now; what was rolled back already is left alone. Safe mode ends when that run succeeds.',
    command: (run) =>
      `unwind rollback --target ${shellWord(run.targetName)} ${scopeOptions(run.scope)}`,
    closedBecause: (run) => {
      if (run.kind !== 'rollback' || run.subjectRunId !== null) return undefined;
      return run.state === 'running' ? 'The run is going on: stop it first.' : null;
    },
  },
];

/** Every exit of the safe mode of a target that these runs have met. */
export function exitsOf(targetName: string, subjects: readonly ExitSubject[]): SafeModeExit[] {
  const throughRuns = subjects.flatMap((run) =>
    RUN_EXITS.flatMap((exit): SafeModeExit[] => {
      const closedBecause = exit.closedBecause(run);
      if (closedBecause === undefined) return [];
      const { kind, title, sentence } = exit;
      return [
        {
          kind,
          runId: run.runId,
          scope: kind === 'replan' ? run.scope : null,
          title,
          sentence,
          command: exit.command(run),
          closedBecause,
        },
      ];
    }),
  );
  return [
    ...throughRuns,
    {
      kind: 'leave',
      runId: null,
      scope: null,
      title: 'Leave with a reason',
      sentence:
        'For when you have looked and seen to it. Changes nothing; your reason is kept, and the target can be written again.',
      command: `unwind safe-mode leave ${shellWord(targetName)} --reason "…"`,
      closedBecause: null,
    },
  ];
}

/** The options of `unwind rollback` that select this scope. */
function scopeOptions(scope: Scope): string {
  const options = [
    scope.batchId === undefined ? '' : `--batch-id ${shellWord(scope.batchId)}`,
    scope.userId === undefined ? '' : `--user-id ${shellWord(scope.userId)}`,
    scope.failedOnly ? '--failed-only' : '',
    scope.full ? '--full-rollback' : '',
    scope.startDate === undefined ? '' : `--start-date ${scope.startDate}`,
    scope.endDate === undefined ? '' : `--end-date ${scope.endDate}`,
    scope.mode === 'both' ? '' : `--${scope.mode}`,
  ];
  return options.filter((option) => option !== '').join(' ');
}

function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
