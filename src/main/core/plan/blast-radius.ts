import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { Acceptance, Finding, PlanCounts } from '../../../shared/domain/plan.ts';
import { Scope } from '../../../shared/domain/scope.ts';
import type { BlastRadiusLimits, Limit } from '../ports/blast-radius-limits.ts';
import type { MigrationReader } from '../ports/migration-database.ts';
import type { StoredPlan } from '../ports/run-file.ts';
import type { OpenTarget } from '../ports/target.ts';

/** Every record of the target, whatever became of it: what a share of the table is a share of. */
export function countAllRecords(reader: MigrationReader): Promise<number> {
  return reader.countRecords({ scope: Scope.parse({ full: true }), include: 'all' });
}

/** Files that a plan changes: what its confirmation names. */
export function changingFiles(counts: PlanCounts): number {
  return counts.records - counts.held - counts.untouched;
}

/** How much a plan changes. */
export interface BlastRadius {
  readonly files: number;
  readonly bytes: number;
  /** All records of the target; `null` where a share of the table means nothing (a purge). */
  readonly recordsInTable: number | null;
}

const count = new Intl.NumberFormat('en-US');

function percentOf({ files, recordsInTable }: BlastRadius): number | null {
  if (recordsInTable === null) return null;
  return recordsInTable === 0 ? 0 : (files / recordsInTable) * 100;
}

/** Rounded up, so that a share just over a limit never reads as if it were within. */
function percentText(percent: number): string {
  return `${String(Math.ceil(percent * 100) / 100)} %`;
}

interface Measure {
  readonly limit: Limit;
  readonly actual: number;
  readonly actualText: string;
  readonly mostText: string;
}

function measuresOf(radius: BlastRadius, limits: BlastRadiusLimits): readonly Measure[] {
  const percent = percentOf(radius);
  const all = [
    {
      limit: limits.files,
      actual: radius.files,
      actualText: `${count.format(radius.files)} ${radius.files === 1 ? 'file' : 'files'}`,
      mostText: count.format(limits.files?.most ?? 0),
    },
    {
      limit: limits.bytes,
      actual: radius.bytes,
      actualText: `objects of ${count.format(radius.bytes)} bytes`,
      mostText: `${count.format(limits.bytes?.most ?? 0)} bytes`,
    },
    {
      limit: percent === null ? null : limits.percent,
      actual: percent ?? 0,
      actualText: `${percentText(percent ?? 0)} of the ${count.format(radius.recordsInTable ?? 0)} records`,
      mostText: `${String(limits.percent?.most ?? 0)} %`,
    },
  ];
  return all.flatMap(({ limit, ...rest }) => (limit === null ? [] : [{ limit, ...rest }]));
}

/** The limits that a change of this extent breaks, each as a sentence that names the actual value, the limit and where it is set. */
export function brokenLimits(radius: BlastRadius, limits: BlastRadiusLimits): readonly string[] {
  return measuresOf(radius, limits)
    .filter(({ actual, limit }) => actual > limit.most)
    .map(
      ({ actualText, mostText, limit }) =>
        `${actualText} would change, and the limit is ${mostText} (${limit.setting}, set by ${limit.origin}).`,
    );
}

/**
 * Compares what a plan changes with the limits of its target: a blocker where one is broken, a warning where that was accepted with
 * a reason, a note where every limit holds, nothing where there is none. Pure.
 */
export function blastRadiusFindings(
  radius: BlastRadius,
  limits: BlastRadiusLimits,
  acceptances: readonly Acceptance[],
): readonly Finding[] {
  const measures = measuresOf(radius, limits);
  if (measures.length === 0) return [];
  const broken = brokenLimits(radius, limits);
  if (broken.length === 0) {
    return [
      {
        code: 'blast-radius',
        severity: 'info',
        message: `Within the limits: ${measures.map((one) => `${one.actualText} of at most ${one.mostText} (${one.limit.setting})`).join(', ')}.`,
        fix: 'Nothing to do.',
      },
    ];
  }
  const accepted = acceptances.some((acceptance) => acceptance.code === 'blast-radius');
  return [
    {
      code: 'blast-radius',
      severity: accepted ? 'warning' : 'blocker',
      message: `Over the limit: ${broken.join(' ')}`,
      fix: accepted
        ? 'Accepted with a reason, which plan, audit trail and report keep.'
        : 'Narrow the scope, or accept the extent with --accept-blast-radius and a reason.',
    },
  ];
}

/**
 * Compares a plan with the limits that its target has now: they may have been set, or tightened, since it was made. An undo restores
 * and has no limit.
 * @throws PLAN_BLOCKED Nothing was changed.
 */
export async function checkLimits(plan: StoredPlan, target: OpenTarget): Promise<void> {
  const accepted = plan.acceptances.some((acceptance) => acceptance.code === 'blast-radius');
  // Columns without a value are no files.
  if (accepted || plan.kind === 'undo' || plan.kind === 'drop-columns') return;
  const broken = brokenLimits(await radiusOf(plan, target), target.limits);
  if (broken.length === 0) return;
  throw new OperatorError('PLAN_BLOCKED', {
    message: `The plan is over a limit of ${plan.target.name}: ${broken.join(' ')} Nothing was changed.`,
    hint: 'Narrow the scope and plan again, or plan again with --accept-blast-radius and a reason.',
    details: { blockers: ['blast-radius'] },
  });
}

async function radiusOf(plan: StoredPlan, target: OpenTarget): Promise<BlastRadius> {
  const { counts } = plan;
  const bytes = counts.bytesToFree;
  if (plan.kind === 'purge') return { files: counts.objectsToMove, bytes, recordsInTable: null };
  const files = changingFiles(counts);
  if (target.limits.percent === null) return { files, bytes, recordsInTable: null };
  const reader = await target.database.openReader();
  try {
    return { files, bytes, recordsInTable: await countAllRecords(reader) };
  } finally {
    await reader.close();
  }
}
