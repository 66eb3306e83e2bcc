import type { PlanSummary } from '../../../shared/domain/plan.ts';
import type { CustomMapping } from '../schema/custom-mapping.ts';

/** Where the tables of a plan that drops columns are; `undefined` for any other plan: its target is recognised by what is there. */
export function mappingOfDrop(
  plan: Pick<PlanSummary, 'runId' | 'columnDrop'>,
): CustomMapping | undefined {
  const { columnDrop } = plan;
  if (columnDrop === undefined) return undefined;
  return {
    source: `plan ${plan.runId}`,
    tables: columnDrop.tables,
    mayLack: columnDrop.columns.map(({ name }) => name),
  };
}
