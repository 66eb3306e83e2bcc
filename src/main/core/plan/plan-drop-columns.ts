import type { ColumnDrop } from '../../../shared/domain/column-drop.ts';
import type { Acceptance, Finding, RowValues } from '../../../shared/domain/plan.ts';
import type { RunDetail } from '../../../shared/domain/run.ts';
import { nowIso } from '../ports/clock.ts';
import type { AddedColumns } from '../ports/migration-database.ts';
import type { PlanHeader, StoredItem } from '../ports/run-file.ts';
import type { MigrationMapping } from '../schema/migration-mapping.ts';
import { planSteps } from './plan-steps.ts';
import { finishPlan, makePlanFile, type PlanningContext } from './planning.ts';

/** What decides whether the columns may go. */
export interface DropRequest {
  readonly acceptances: readonly Acceptance[];
  /** Every run of this target in the workspace. */
  readonly runs: readonly RunDetail[];
}

/**
 * Plans to drop the columns that the saved-file migration added, and returns the plan's id. Reads only. What stands in the way is a
 * blocker of the plan, each with its fix.
 */
export async function planDropColumns(
  context: PlanningContext,
  { acceptances, runs }: DropRequest,
): Promise<string> {
  const { mapping } = await context.target.database.describe();
  const header: PlanHeader = {
    runId: context.ids.next(),
    kind: 'drop-columns',
    subjectRunId: null,
    target: context.target.identity,
    scope: { full: true, failedOnly: false, mode: 'database-only' },
    scopeInWords: `the columns that the migration added to ${mapping.files.name}`,
    createdAt: nowIso(context.clock),
    createdBy: context.operator,
    acceptances,
  };
  const added = mapping.variant === 'saved-file' ? await readAdded(context) : undefined;
  return makePlanFile(context, header, async (file) => {
    if (added !== undefined)
      file.appendItems(added.columns.map(({ name }, at) => itemOf(name, at)));
    const counts = file.counts();
    finishPlan(
      file,
      {
        ...header,
        counts,
        batches: [],
        findings: [
          ...(added === undefined ? [notSavedFile(mapping)] : columnFindings(added)),
          ...runs.flatMap((run) => runFindings(run, acceptances)),
          POINT_OF_NO_RETURN,
        ],
        steps: added === undefined ? [] : [...planSteps('drop-columns', counts, 0)],
        ...(added === undefined ? {} : { columnDrop: dropOf(added, mapping) }),
      },
      { changing: counts.rowsToChange },
    );
    await context.clock.nextTurn();
  });
}

async function readAdded(context: PlanningContext): Promise<AddedColumns> {
  const reader = await context.target.database.openReader();
  try {
    return await reader.readAddedColumns();
  } finally {
    await reader.close();
  }
}

const NO_VALUES: RowValues = { status: null, completedAt: null, file: null };

/** A column as an item, so that it is journaled, counted and covered by the digest as files are. */
function itemOf(name: string, at: number): StoredItem {
  return {
    seq: at + 1,
    recordId: name,
    batchId: '',
    fileId: null,
    userId: null,
    filename: null,
    sourcePath: null,
    objectKey: null,
    verdict: 'change',
    rowAction: 'drop',
    objectAction: 'none',
    before: NO_VALUES,
    after: NO_VALUES,
    object: null,
    objectProof: 'not-needed',
    objectDetail: 'a column has no object',
    originalProof: 'not-needed',
    originalDetail: 'a column has no original',
    held: null,
    objectSha256: null,
    quarantineKey: null,
    rowState: 'planned',
    objectState: 'none',
    stateDetail: null,
  };
}

function dropOf(added: AddedColumns, { batches, records, files }: MigrationMapping): ColumnDrop {
  return {
    table: added.table,
    columns: added.columns.map(({ name, dropSql, inverseSql }) => ({ name, dropSql, inverseSql })),
    definition: added.definition,
    otherColumns: [...added.otherColumns],
    indexes: [...added.indexes],
    rowCount: added.rowCount,
    tables: { batches, records, files },
  };
}

const POINT_OF_NO_RETURN: Finding = {
  code: 'point-of-no-return',
  severity: 'warning',
  message:
    'After the drop Unwind no longer recognises the migration in this database: no rollback can be planned or undone, and neither status nor reconcile can read it.',
  fix: 'Keep the columns as long as anything of the migration may be needed. Stop the application parts that name them first.',
};

function notSavedFile(mapping: MigrationMapping): Finding {
  return {
    code: 'not-saved-file',
    severity: 'blocker',
    message: `The tables are of the ${mapping.variant} schema: only the columns that the saved-file migration added are known well enough to drop.`,
    fix: 'Drop columns of this schema by a migration of your own.',
  };
}

function columnFindings(added: AddedColumns): readonly Finding[] {
  const used = added.columns.filter(({ valueCount }) => valueCount > 0);
  return [
    ...used.map(
      ({ name, valueCount }): Finding => ({
        code: 'column-in-use',
        severity: 'blocker',
        message: `${added.table}.${name} has a value in ${String(valueCount)} of ${String(added.rowCount)} rows.`,
        fix: 'Roll these files back first (`unwind rollback`), or clear what the migration did not write.',
      }),
    ),
    ...added.dependents.map(
      (dependent): Finding => ({
        code: 'column-depended-on',
        severity: 'blocker',
        message: `${dependent} depends on the columns: the drop would fail, or take it along.`,
        fix: `Drop or change ${dependent} first. Unwind drops the columns and nothing else.`,
      }),
    ),
  ];
}

const UNFINISHED: ReadonlySet<RunDetail['state']> = new Set([
  'running',
  'interrupted',
  'stopped',
  'at-checkpoint',
  'failed',
]);

function runFindings(run: RunDetail, acceptances: readonly Acceptance[]): readonly Finding[] {
  if (UNFINISHED.has(run.state) && run.undoneBy === null) {
    return [
      {
        code: 'run-unfinished',
        severity: 'blocker',
        message: `Run ${run.runId} is ${run.state}: what it still has to do needs the columns.`,
        fix: `Finish it first: unwind resume ${run.runId}`,
      },
    ];
  }
  if (!isUndoable(run)) return [];
  const accepted = acceptances.some(({ code }) => code === 'gives-up-undo');
  return [
    {
      code: 'undo-possible',
      severity: accepted ? 'warning' : 'blocker',
      message: `Run ${run.runId} can still be undone, which puts values back into the columns; after the drop it cannot.`,
      fix: accepted
        ? 'Accepted with a reason, which plan, audit trail and report keep.'
        : 'Purge its quarantine first, or give the undo up with --accept-no-undo and a reason.',
    },
  ];
}

/** Whether an undo of this run would write the columns. A purge has given the undo up already. */
function isUndoable(run: RunDetail): boolean {
  const isEnded = run.state === 'succeeded' || run.state === 'partial';
  const isRollback = run.plan.kind === 'rollback' && run.plan.scope.mode !== 'r2-only';
  return (
    isEnded &&
    isRollback &&
    run.counts.done > 0 &&
    run.undoneBy === null &&
    run.quarantine !== 'purged'
  );
}
