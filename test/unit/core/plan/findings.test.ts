import { describe, expect, test } from 'vitest';
import { findRisks, type RiskFacts } from '../../../../src/main/core/plan/findings.ts';
import { NO_LIMITS } from '../../../../src/main/core/ports/blast-radius-limits.ts';
import { Scope } from '../../../../src/shared/domain/scope.ts';
import { aReferenceMapping } from '../../../support/builders/a-mapping.ts';
import { aBatchStatus, planCounts } from '../../../support/builders/a-plan.ts';

const database = {
  kind: 'd1' as const,
  location: '/d',
  identity: 'd',
  version: 'SQLite 3',
  triggers: [] as readonly string[],
  mapping: aReferenceMapping(),
};

function risks(change: Partial<RiskFacts> = {}): readonly (readonly [string, string])[] {
  return findRisks({
    scope: Scope.parse({ full: true }),
    counts: planCounts(),
    database,
    batches: [aBatchStatus()],
    acceptances: [],
    originalsLocation: '/originals',
    danglingRows: 0,
    subjectRunId: null,
    radius: { files: 0, bytes: 0, recordsInTable: 0 },
    limits: NO_LIMITS,
    ...change,
  }).map(({ severity, code }) => [severity, code] as const);
}

describe('risks of a rollback', () => {
  test('are none for a healthy plan', () => {
    expect(risks()).toEqual([]);
  });

  test('are a blocker where triggers would fire, until they are accepted', () => {
    const withTrigger = { ...database, triggers: ['files.touch'] };
    const acceptances = [{ code: 'triggers' as const, reason: 'it only logs' }];

    expect(risks({ database: withTrigger })).toEqual([['blocker', 'triggers']]);
    expect(risks({ database: withTrigger, acceptances })).toEqual([['warning', 'triggers']]);
  });

  test('are none from triggers when no row changes', () => {
    const facts = {
      database: { ...database, triggers: ['files.touch'] },
      counts: planCounts({ rowsToChange: 0 }),
    };

    expect(risks(facts)).toEqual([]);
  });

  test('are a warning where no originals are configured', () => {
    expect(risks({ originalsLocation: null })).toEqual([['warning', 'originals-not-configured']]);
  });

  test('are a warning where unproved originals were accepted and count', () => {
    const acceptances = [{ code: 'unknown-originals' as const, reason: 'on tape' }];

    expect(risks({ acceptances, counts: planCounts({ unproved: 2 }) })).toEqual([
      ['warning', 'unproved-accepted'],
    ]);
    expect(risks({ acceptances })).toEqual([]);
  });

  test('are a warning where objects stay without rows, or rows without objects', () => {
    expect(risks({ scope: Scope.parse({ full: true, mode: 'database-only' }) })).toEqual([
      ['warning', 'orphans-left'],
    ]);
    expect(risks({ danglingRows: 1 })).toEqual([['warning', 'dangling-rows']]);
  });

  test('are a warning while a migration may still be at work', () => {
    const busy = aBatchStatus({ recomputed: { ...aBatchStatus().recomputed, pending: 1 } });

    expect(risks({ batches: [busy] })).toEqual([['warning', 'migration-unfinished']]);
  });

  test('mention counters that disagree', () => {
    expect(risks({ batches: [aBatchStatus({ countersAgree: false })] })).toEqual([
      ['info', 'counters-disagree'],
    ]);
  });

  test('come with what blocks first', () => {
    const facts = {
      batches: [aBatchStatus({ countersAgree: false })],
      originalsLocation: null,
      database: { ...database, triggers: ['files.touch', 'files.log'] },
    };

    expect(risks(facts).map(([severity]) => severity)).toEqual(['blocker', 'warning', 'info']);
  });
});
