import type { PlanCounts, PlanKind, PlanStep, StepName } from '../../../shared/domain/plan.ts';

const TITLES: Readonly<Record<StepName, string>> = {
  snapshot: 'Take and verify a snapshot',
  'restore-objects': 'Bring objects back from quarantine',
  'reset-rows': 'Reset rows',
  'restore-rows': 'Restore rows',
  'update-batches': 'Recompute batches',
  'verify-rows': 'Verify rows',
  'quarantine-objects': 'Copy objects to quarantine',
  'delete-objects': 'Delete objects',
  'purge-objects': 'Purge the quarantine',
  'drop-columns': 'Drop the columns that the migration added',
  verify: 'Verify everything again',
};

/** What a run cannot take back. */
const FINAL: ReadonlySet<StepName> = new Set(['purge-objects', 'drop-columns']);

function step(name: StepName, itemCount: number): PlanStep {
  return { name, title: TITLES[name], itemCount, pointOfNoReturn: FINAL.has(name) };
}

/**
 * The steps of a plan in the order in which they run (design section 4). Steps without items are left out.
 *
 * A rollback lets objects go only after the rows that point at them are reset and verified; an undo brings objects back
 * before the rows that point at them.
 */
export function planSteps(
  kind: PlanKind,
  counts: Pick<PlanCounts, 'records' | 'rowsToChange' | 'objectsToMove'>,
  batchCount: number,
): readonly PlanStep[] {
  const rows = counts.rowsToChange;
  const objects = counts.objectsToMove;
  const all: readonly PlanStep[] = {
    rollback: [
      step('snapshot', rows),
      step('reset-rows', rows),
      step('update-batches', batchCount),
      step('verify-rows', rows),
      step('quarantine-objects', objects),
      step('delete-objects', objects),
    ],
    undo: [
      step('snapshot', rows),
      step('restore-objects', objects),
      step('restore-rows', rows),
      step('update-batches', batchCount),
      step('verify-rows', rows),
    ],
    purge: [step('purge-objects', objects)],
    'drop-columns': [step('drop-columns', rows)],
    restore: [
      step('snapshot', rows),
      step('restore-rows', rows),
      step('update-batches', batchCount),
      step('verify-rows', rows),
    ],
  }[kind];
  return [...all.filter((one) => one.itemCount > 0), step('verify', counts.records)];
}
