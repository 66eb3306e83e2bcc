import type Database from 'better-sqlite3';
import { z } from 'zod';
import { OperatorError, WireError } from '../../../shared/domain/operator-error.ts';
import { Verification } from '../../../shared/domain/run.ts';
import type { Checkpoint } from '../../../shared/domain/stage.ts';
import { Operator } from '../../../shared/domain/target.ts';
import type { RunFile, StoredRun, StoredStep } from '../../core/ports/run-file.ts';
import { keepAlike } from './item-counts.ts';
import { putCheckpoint, putStages } from './stages.ts';

const State = z.enum([
  'planned',
  'running',
  'stopped',
  'at-checkpoint',
  'failed',
  'partial',
  'succeeded',
]);

interface RunRow {
  readonly state: string;
  readonly started_at: string | null;
  readonly finished_at: string | null;
  readonly reason: string | null;
  readonly started_by: string | null;
  readonly run_time: string | null;
  readonly snapshot_id: string | null;
  readonly error: string | null;
  readonly verification: string | null;
}

function parsed<T>(text: string | null, schema: z.ZodType<T>): T | null {
  return text === null ? null : schema.parse(JSON.parse(text));
}

/** The run's own row. */
export function readRun(database: Database.Database): StoredRun {
  const row = database
    .prepare<[], RunRow>(
      `SELECT state, started_at, finished_at, reason, started_by, run_time, snapshot_id, error, verification FROM run`,
    )
    .get();
  if (row === undefined) throw Object.assign(new Error('no run row'), { code: 'SQLITE_CORRUPT' });
  return {
    state: State.parse(row.state),
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    reason: row.reason,
    startedBy: parsed(row.started_by, Operator),
    runTime: row.run_time,
    snapshotId: row.snapshot_id,
    error: parsed(row.error, WireError),
    verification: parsed(row.verification, Verification),
  };
}

type Changeable = Parameters<RunFile['updateRun']>[0];

/** Column and stored form of each field that `updateRun` may change. */
const COLUMNS: { readonly [K in keyof Required<Changeable>]: readonly [string, 'text' | 'json'] } =
  {
    state: ['state', 'text'],
    finishedAt: ['finished_at', 'text'],
    snapshotId: ['snapshot_id', 'text'],
    error: ['error', 'json'],
    verification: ['verification', 'json'],
  };

/** The methods that change the run's row and its steps. Each is one transaction, durable on return. */
export function runWriter(
  database: Database.Database,
  runId: string,
): Pick<RunFile, 'beginRun' | 'updateRun' | 'updateStep'> {
  const beginRun = database.transaction((begin: Parameters<RunFile['beginRun']>[0]) => {
    const result = database
      .prepare(
        "UPDATE run SET state = 'running', started_at = ?, started_by = ?, run_time = ?, reason = ? WHERE state = 'planned'",
      )
      .run(begin.startedAt, JSON.stringify(begin.startedBy), begin.runTime, begin.reason);
    if (result.changes === 0) {
      throw new OperatorError('PLAN_ALREADY_EXECUTED', {
        message: `Plan ${runId} was executed by another process meanwhile. Nothing was changed by this one.`,
        hint: `Look at it with \`unwind runs show ${runId}\`.`,
        details: { runId },
      });
    }
    if (begin.cut !== undefined) putStages(database, begin.cut);
    if (begin.checkpoint !== undefined) putCheckpoint(database, begin.checkpoint);
  });
  const updateRun = database.transaction((change: Changeable) => {
    const entries = Object.entries(change) as [keyof Changeable, unknown][];
    if (entries.length === 0) return;
    const assignments = entries.map(([field]) => `${COLUMNS[field][0]} = ?`);
    const values = entries.map(([field, value]) =>
      value !== null && COLUMNS[field][1] === 'json' ? JSON.stringify(value) : value,
    );
    database.prepare(`UPDATE run SET ${assignments.join(', ')}`).run(...values);
    if (change.state !== undefined && change.state !== 'running') keepAlike(database);
  });
  const updateStep = database.transaction((step: StoredStep, checkpoint?: Checkpoint) => {
    database
      .prepare('UPDATE step SET state = ?, started_at = ?, finished_at = ? WHERE name = ?')
      .run(step.state, step.startedAt, step.finishedAt, step.name);
    if (checkpoint !== undefined) putCheckpoint(database, checkpoint);
  });
  return {
    beginRun: (begin) => {
      beginRun(begin);
      // That it has begun should be known without the -wal, too: a run file that lost it would pass for a plan. Somebody who reads the
      // file just now may keep this from being copied; then the check that a plan is fresh finds the rows moved.
      database.pragma('wal_checkpoint(FULL)');
    },
    updateRun: (change) => {
      updateRun(change);
    },
    updateStep: (step, checkpoint) => {
      updateStep(step, checkpoint);
    },
  };
}
