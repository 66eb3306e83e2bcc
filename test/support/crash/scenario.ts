import type { PlanSummary } from '../../../src/shared/domain/plan.ts';
import type { Scope } from '../../../src/shared/domain/scope.ts';
import type { FileSpec } from '../migration/a-migration.ts';
import type { TestApp } from '../migration/open-app.ts';

/** Migrations of one to three files. */
export const FILE_SETS = {
  'two-batches': [
    { id: 'a' },
    { id: 'b', batchId: 'b-2', status: 'verified' },
    { id: 'gone', original: null },
  ],
  'shared-object': [
    { id: 'a', objectName: 'shared', content: 'one content' },
    { id: 'b', objectName: 'shared', content: 'one content' },
    { id: 'failed', status: 'failed' },
  ],
  'one-file': [{ id: 'a' }],
} as const satisfies Readonly<Record<string, readonly FileSpec[]>>;

/** A kind of run that is killed, over one set of files on one database. */
export interface Scenario {
  readonly database: 'd1' | 'postgres';
  readonly files: keyof typeof FILE_SETS;
  readonly mode: Scope['mode'];
  readonly action: 'run' | 'undo' | 'purge' | 'restore';
}

const MODES = ['both', 'database-only', 'r2-only'] as const;
const ACTIONS = ['run', 'undo', 'purge', 'restore'] as const;

/** Every scenario on a database. A rollback of rows only leaves nothing to purge, and a restore brings back nothing but rows. */
export function scenariosOn(database: Scenario['database']): readonly Scenario[] {
  return Object.keys(FILE_SETS)
    .flatMap((files) => ACTIONS.map((action) => ({ files: files as Scenario['files'], action })))
    .flatMap((some) => MODES.map((mode) => ({ database, mode, ...some })))
    .filter(({ action, mode }) => action !== 'purge' || mode !== 'database-only')
    .filter(({ action, mode }) => action !== 'restore' || mode === 'database-only');
}

/** Brings a fresh world to where the run that is to be killed is planned. */
export async function planScenario(app: TestApp, scenario: Scenario): Promise<PlanSummary> {
  const plan = await app.plan({ full: true, mode: scenario.mode });
  if (scenario.action === 'run') return plan;
  const run = await app.run(plan);
  if (run.state !== 'succeeded') {
    throw new Error(`The run before the ${scenario.action} ended as ${run.state}.`);
  }
  switch (scenario.action) {
    case 'undo':
      return app.planUndo(run.runId);
    case 'purge':
      return app.planPurge(run.runId);
    case 'restore':
      return app.planRestore(run.snapshotId ?? '');
  }
}

/** `d1/two-batches/both/run`. */
export function nameOf({ database, files, mode, action }: Scenario): string {
  return [database, files, mode, action].join('/');
}
