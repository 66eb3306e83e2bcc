import type { ColumnDrop } from '../../../shared/domain/column-drop.ts';
import type { Verification, VerificationCheck } from '../../../shared/domain/run.ts';
import { type Clock, nowIso } from '../ports/clock.ts';
import type { OpenTarget } from '../ports/target.ts';

/** Verifies a drop of columns by the catalogue: exactly they are gone, and what was around them is as it was. */
export async function verifyDrop(
  context: {
    readonly target: Pick<OpenTarget, 'database'>;
    readonly clock: Clock;
    /** Called with the number of columns looked at. */
    readonly onProgress: (items: number) => void;
  },
  drop: ColumnDrop,
): Promise<Verification> {
  const reader = await context.target.database.openReader();
  try {
    const now = await reader.readAddedColumns();
    context.onProgress(drop.columns.length);
    const left = now.columns.map(({ name }) => name);
    const checks = [
      sameSet('columns', 'dropped columns are gone (catalogue read again)', {
        expected: drop.columns.map(({ name }) => name),
        holds: (name) => !left.includes(name),
        extra: [],
      }),
      unchanged(
        'other-columns',
        'other columns are as they were',
        drop.otherColumns,
        now.otherColumns,
      ),
      unchanged('indexes', 'indexes are as they were', drop.indexes, now.indexes),
      rowCheck(drop.rowCount, now.rowCount),
    ];
    return {
      verifiedAt: nowIso(context.clock),
      passed: checks.every((check) => check.result !== 'failed'),
      checks,
    };
  } finally {
    await reader.close();
  }
}

function unchanged(
  name: string,
  question: string,
  before: readonly string[],
  now: readonly string[],
): VerificationCheck {
  return sameSet(name, question, {
    expected: before,
    holds: (one) => now.includes(one),
    extra: now.filter((one) => !before.includes(one)),
  });
}

function sameSet(
  name: string,
  question: string,
  set: {
    readonly expected: readonly string[];
    readonly holds: (one: string) => boolean;
    readonly extra: readonly string[];
  },
): VerificationCheck {
  const missing = set.expected.filter((one) => !set.holds(one));
  const expected = set.expected.length;
  const actual = expected - missing.length;
  const differs = [...missing, ...set.extra];
  return {
    name,
    result: differs.length === 0 ? 'passed' : 'failed',
    expected,
    actual,
    sentence: `${String(actual)} of ${String(expected)}: ${question}`,
    examples: differs,
  };
}

/** Others may add rows while the columns go and afterwards; fewer rows than before are a loss until somebody has looked. */
function rowCheck(expected: number, actual: number): VerificationCheck {
  return {
    name: 'rows',
    result: actual === expected ? 'passed' : actual > expected ? 'noted' : 'failed',
    expected,
    actual,
    sentence: `${String(actual)} rows in the table, ${String(expected)} when the plan was made`,
    examples: [],
  };
}
