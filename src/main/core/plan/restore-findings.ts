import type { Acceptance, Finding, PlanCounts } from '../../../shared/domain/plan.ts';
import type { RunDetail } from '../../../shared/domain/run.ts';
import type { BlastRadiusLimits } from '../ports/blast-radius-limits.ts';
import type { DatabaseDescription } from '../ports/migration-database.ts';
import { type BlastRadius, blastRadiusFindings } from './blast-radius.ts';
import { mappingFindings, triggerFindings } from './findings.ts';
import type { KeptValues } from './kept-values.ts';
import type { DifferingColumns } from './other-columns.ts';

/** What a restore has to know of another run of its target. */
export type OtherRun = Pick<
  RunDetail,
  'runId' | 'state' | 'startedAt' | 'quarantine' | 'undoneBy'
> & {
  readonly plan: Pick<RunDetail['plan'], 'kind'>;
};

/** Facts that a restore's risks are found in. */
export interface RestoreRisks {
  readonly kept: Pick<KeptValues, 'source' | 'inWords'>;
  readonly runs: readonly OtherRun[];
  readonly others: DifferingColumns;
  readonly counts: PlanCounts;
  readonly database: DatabaseDescription;
  readonly acceptances: readonly Acceptance[];
  readonly limits: BlastRadiusLimits;
  readonly radius: BlastRadius;
}

const UNFINISHED: ReadonlySet<OtherRun['state']> = new Set([
  'running',
  'interrupted',
  'stopped',
  'at-checkpoint',
  'failed',
]);

const CHANGES_ROWS: ReadonlySet<OtherRun['plan']['kind']> = new Set([
  'rollback',
  'undo',
  'restore',
]);

/** Everything that the operator must know before consenting to a restore, blockers first. Pure. */
export function restoreFindings(risks: RestoreRisks): readonly Finding[] {
  const order = { blocker: 0, warning: 1, info: 2 } as const;
  return [
    ...blastRadiusFindings(risks.radius, risks.limits, risks.acceptances),
    ...triggerFindings(risks),
    ...sourceFindings(risks),
    ...runFindings(risks),
    ...columnFindings(risks),
    ...mappingFindings(risks.database),
  ].toSorted((left, right) => order[left.severity] - order[right.severity]);
}

function sourceFindings({ kept }: RestoreRisks): readonly Finding[] {
  if (kept.source.kind !== 'backup') return [];
  return [
    {
      code: 'values-not-hashed',
      severity: 'warning',
      message: `The values come from ${kept.inWords}. It is whole, but carries no hash: nobody can tell whether a value in it was changed.`,
      fix: 'Take a snapshot instead where there is one: unwind snapshots list. Else compare some rows of the plan by hand.',
    },
  ];
}

function runFindings({ kept, runs }: RestoreRisks): readonly Finding[] {
  const unfinished = runs.filter(({ state }) => UNFINISHED.has(state));
  const { takenAt } = kept.source;
  const later = runs.filter(
    ({ plan, state, startedAt }) =>
      CHANGES_ROWS.has(plan.kind) &&
      !UNFINISHED.has(state) &&
      takenAt !== null &&
      (startedAt ?? '') > takenAt,
  );
  return [
    ...unfinished.map(
      ({ runId, state }): Finding => ({
        code: 'run-unfinished',
        severity: 'warning',
        message: `Run ${runId} is ${state}. Once its rows are restored, its resume ends at the verification of the rows, before any object goes.`,
        fix: `Finish it first if that is possible: unwind resume ${runId}`,
      }),
    ),
    ...(later.length === 0
      ? []
      : [
          {
            code: 'later-runs',
            severity: 'warning' as const,
            message: `${later.length === 1 ? 'A run has' : `${String(later.length)} runs have`} changed rows of this target since the values were read: ${later.map(({ runId }) => runId).join(', ')}. What they did to these rows is taken back with the rest.`,
            fix: 'Look at the rows of the plan, before and after. Narrow the restore with --batch-id where only one batch is meant.',
          },
        ]),
  ];
}

function columnFindings({ others }: RestoreRisks): readonly Finding[] {
  if (others.size === 0) return [];
  const list = [...others].map(([name, rows]) => `${name} in ${String(rows)}`).join(', ');
  return [
    {
      code: 'other-columns-differ',
      severity: 'info',
      message: `Columns that Unwind never writes differ from what was kept, by rows: ${list}.`,
      fix: 'They stay as they are: somebody else wrote them since. The kept values are in the snapshot.',
    },
  ];
}
