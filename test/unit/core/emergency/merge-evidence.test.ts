import { describe, expect, test } from 'vitest';
import { toldJson } from '../../../../src/main/core/emergency/kept-json.ts';
import { mergeEvidence, rowOfMerged } from '../../../../src/main/core/emergency/merge-evidence.ts';
import type { EvidenceKind } from '../../../../src/main/core/ports/evidence-stage.ts';
import type { MigrationRecord } from '../../../../src/main/core/ports/migration-database.ts';
import { aRecord } from '../../../support/builders/a-record.ts';

function told(...sources: readonly (readonly [EvidenceKind, MigrationRecord])[]) {
  return new Map(
    sources.map(([kind, record]) => [
      kind,
      toldJson({ file: { record, confidence: kind, whole: null }, source: `the ${kind}` }),
    ]),
  );
}

describe('what is told of one record', () => {
  test.each([
    [['backup', 'plan', 'snapshot'], 'snapshot'],
    [['backup', 'plan'], 'plan'],
    [['backup'], 'backup'],
  ] as const)('by %j is taken from the %s', (kinds, best) => {
    const merged = mergeEvidence(told(...kinds.map((kind) => [kind, aRecord()] as const)));

    expect(merged).toMatchObject({ source: `the ${best}`, disagreement: null });
  });

  test('by nothing is nothing', () => {
    expect(mergeEvidence(new Map())).toBeUndefined();
  });

  test('differently is said, and every value has the confidence of the better source', () => {
    const merged = mergeEvidence(
      told(['snapshot', aRecord({ status: 'verified' })], ['plan', aRecord({ status: 'failed' })]),
    );

    expect(merged?.disagreement).toContain('the plan: status failed');
    expect(merged && rowOfMerged(merged).cells[0]).toEqual({
      column: 'status',
      value: 'verified',
      confidence: 'snapshot',
    });
  });

  test('by a plan that left the file row alone contradicts no snapshot that has it', () => {
    const merged = mergeEvidence(told(['snapshot', aRecord()], ['plan', aRecord({ file: null })]));

    expect(merged?.disagreement).toBeNull();
  });
});
