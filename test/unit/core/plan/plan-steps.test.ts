import { describe, expect, test } from 'vitest';
import { planSteps } from '../../../../src/main/core/plan/plan-steps.ts';
import type { PlanKind } from '../../../../src/shared/domain/plan.ts';

function names(kind: PlanKind, rows: number, objects: number, batches = 1): readonly string[] {
  const counts = { records: 9, rowsToChange: rows, objectsToMove: objects };
  return planSteps(kind, counts, batches).map((step) => step.name);
}

describe('steps of a plan', () => {
  test('let objects of a rollback go only after their rows are reset and verified', () => {
    expect(names('rollback', 3, 2)).toEqual([
      'snapshot',
      'reset-rows',
      'update-batches',
      'verify-rows',
      'quarantine-objects',
      'delete-objects',
      'verify',
    ]);
  });

  test('bring objects of an undo back before the rows that point at them', () => {
    expect(names('undo', 3, 2)).toEqual([
      'snapshot',
      'restore-objects',
      'restore-rows',
      'update-batches',
      'verify-rows',
      'verify',
    ]);
  });

  test('of a purge hold the only point of no return', () => {
    const steps = planSteps('purge', { records: 2, rowsToChange: 0, objectsToMove: 2 }, 0);

    expect(steps.map((step) => [step.name, step.pointOfNoReturn])).toEqual([
      ['purge-objects', true],
      ['verify', false],
    ]);
  });

  test('without items are left out', () => {
    expect(names('rollback', 0, 2, 0)).toEqual(['quarantine-objects', 'delete-objects', 'verify']);
    expect(names('rollback', 3, 0, 0)).toEqual(['snapshot', 'reset-rows', 'verify-rows', 'verify']);
  });

  test('end with a verification that looks at every record, held ones included', () => {
    const steps = planSteps('rollback', { records: 9, rowsToChange: 3, objectsToMove: 2 }, 1);

    expect(steps.at(-1)).toMatchObject({ name: 'verify', itemCount: 9 });
  });
});
