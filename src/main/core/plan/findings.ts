import type { Acceptance, Finding, PlanCounts } from '../../../shared/domain/plan.ts';
import type { Scope } from '../../../shared/domain/scope.ts';
import type { BatchStatus } from '../../../shared/domain/status.ts';
import type { BlastRadiusLimits } from '../ports/blast-radius-limits.ts';
import type { DatabaseDescription } from '../ports/migration-database.ts';
import { type BlastRadius, blastRadiusFindings } from './blast-radius.ts';

/** Facts that a rollback's risks are found in. */
export interface RiskFacts {
  readonly scope: Scope;
  readonly counts: PlanCounts;
  readonly database: DatabaseDescription;
  readonly batches: readonly BatchStatus[];
  readonly acceptances: readonly Acceptance[];
  readonly originalsLocation: string | null;
  /** In-scope file rows that will still point at an object that goes. */
  readonly danglingRows: number;
  /** The run whose other half this plan is; `null` for a rollback of its own. */
  readonly subjectRunId: string | null;
  readonly radius: BlastRadius;
  readonly limits: BlastRadiusLimits;
}

function plural(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** What triggers may do to the rows that change. Pure. */
export function triggerFindings(
  facts: Pick<RiskFacts, 'database' | 'counts' | 'acceptances'>,
): readonly Finding[] {
  const { triggers } = facts.database;
  if (triggers.length === 0 || facts.counts.rowsToChange === 0) return [];
  const accepted = facts.acceptances.some((acceptance) => acceptance.code === 'triggers');
  return [
    {
      code: 'triggers',
      severity: accepted ? 'warning' : 'blocker',
      message: `${plural(triggers.length, 'trigger')} will fire on the rows that change and may change others: ${triggers.join(', ')}.`,
      fix: accepted
        ? 'Accepted with a reason. A trigger that changes a planned row itself still ends the run, and nothing of that chunk is written.'
        : 'Read what the triggers do. Disable them, or accept them with --accept-triggers and a reason.',
    },
  ];
}

/** Consent covers which tables are meant: where it is not the reference set, the plan says so. */
export function mappingFindings({ mapping }: DatabaseDescription): readonly Finding[] {
  if (mapping.variant === 'reference') return [];
  const { batches, records, files } = mapping;
  return [
    {
      code: 'schema-variant',
      severity: 'info',
      message: `The migration is tracked in ${batches.name}, ${records.name} and ${files.name}. ${mapping.evidence.join(' ')}`,
      fix:
        mapping.variant === 'custom'
          ? 'Correct the mapping file if these are not the tables.'
          : 'Name other tables in a mapping file (UNWIND_MAPPING) if these are not the ones.',
    },
  ];
}

function originalFindings(facts: RiskFacts): readonly Finding[] {
  const found: Finding[] = [];
  if (facts.originalsLocation === null) {
    found.push({
      code: 'originals-not-configured',
      severity: 'warning',
      message:
        'No originals are configured, so that nothing proves that a file would still exist after the rollback.',
      fix: 'Set UNWIND_ORIGINALS to the folder or the http(s) base that source_path is resolved under, then plan again.',
    });
  }
  if (
    facts.acceptances.some((acceptance) => acceptance.code === 'unknown-originals') &&
    facts.counts.unproved > 0
  ) {
    found.push({
      code: 'unproved-accepted',
      severity: 'warning',
      message: `${plural(facts.counts.unproved, 'file')} will change without proof of the original; only the quarantine keeps that content.`,
      fix: 'Do not purge the quarantine before the originals are proved.',
    });
  }
  return found;
}

function scopeFindings(facts: RiskFacts): readonly Finding[] {
  const found: Finding[] = [];
  // The half that closes a debt leaves nothing open.
  if (facts.subjectRunId !== null) return found;
  if (facts.scope.mode === 'database-only' && facts.counts.filesToChange > 0) {
    found.push({
      code: 'orphans-left',
      severity: 'warning',
      message: `The objects of ${plural(facts.counts.filesToChange, 'file')} stay in the bucket and no row points at them any more.`,
      fix:
        facts.database.mapping.records.columns.targetKey === null
          ? 'Finish later: `unwind debts close` with the id of this run. Keep its file: the records of this migration hold no keys, and once the rows are reset only the run file knows them.'
          : 'Finish later with the same scope and --r2-only.',
    });
  }
  if (facts.danglingRows > 0) {
    found.push({
      code: 'dangling-rows',
      severity: 'warning',
      message: `${plural(facts.danglingRows, 'row')} will still point at an object that is gone.`,
      fix: 'Leave --r2-only out to reset the rows first. Or finish later: `unwind debts close` with the id of this run.',
    });
  }
  return found;
}

function batchFindings(batches: readonly BatchStatus[]): readonly Finding[] {
  const found: Finding[] = [];
  const running = batches.filter((batch) => batch.recomputed.pending > 0);
  if (running.length > 0) {
    found.push({
      code: 'migration-unfinished',
      severity: 'warning',
      message: `Records are pending or processing in ${running.map((batch) => batch.batchId).join(', ')}: a migration may still be at work.`,
      fix: 'Stop the migration before the rollback. Rows that move meanwhile are left alone and reported as drift.',
    });
  }
  const wrong = batches.filter((batch) => !batch.countersAgree);
  if (wrong.length > 0) {
    found.push({
      code: 'counters-disagree',
      severity: 'info',
      message: `Stored counters differ from the records in ${wrong.map((batch) => batch.batchId).join(', ')}.`,
      fix: 'The run recomputes the counters of the batches that it touches.',
    });
  }
  return found;
}

/** Everything that the operator must know before consenting to a rollback, blockers first. Pure. */
export function findRisks(facts: RiskFacts): readonly Finding[] {
  const order = { blocker: 0, warning: 1, info: 2 } as const;
  return [
    ...blastRadiusFindings(facts.radius, facts.limits, facts.acceptances),
    ...triggerFindings(facts),
    ...mappingFindings(facts.database),
    ...originalFindings(facts),
    ...scopeFindings(facts),
    ...batchFindings(facts.batches),
  ].toSorted((left, right) => order[left.severity] - order[right.severity]);
}
