import { describe, expect, test } from 'vitest';
import type { ReconcileFinding } from '../../../src/shared/domain/reconcile.ts';
import { jsonLineOf } from '../../../src/shared/json-line.ts';
import { FINDING_CSV } from '../../../src/shared/reconcile-export.ts';

function aFinding(key: string): ReconcileFinding {
  return {
    seq: 1,
    kind: 'orphan-object',
    key,
    table: null,
    rowId: null,
    fileId: null,
    status: null,
    recordedSizeBytes: null,
    objectSizeBytes: 7,
    lastModified: '2026-11-21T03:12:44.000Z',
  };
}

function keyCell(key: string): string {
  const line = FINDING_CSV.line(aFinding(key));
  return line.slice('orphan-object,'.length, line.indexOf(',,,,,,7,'));
}

describe('a CSV line of a finding', () => {
  test('has a cell for each name in the head', () => {
    expect(FINDING_CSV.head.split(',')).toHaveLength(
      FINDING_CSV.line(aFinding('a')).split(',').length,
    );
    expect(FINDING_CSV.line(aFinding('a/b'))).toBe(
      'orphan-object,a/b,,,,,,7,2026-11-21T03:12:44.000Z\r\n',
    );
  });

  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx', '\nx'])(
    'lets no spreadsheet take the key %j for a formula',
    (key) => {
      expect(keyCell(key).replace(/^"/, '')).toMatch(/^'/);
    },
  );

  test.each([
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ['two\nlines', '"two\nlines"'],
    [' padded', '" padded"'],
  ])('quotes the key %j', (key, cell) => {
    expect(keyCell(key)).toBe(cell);
  });
});

describe('a JSON line of a finding', () => {
  test('is one line that reads back as it was, whatever the key', () => {
    const finding = aFinding('=a\n\u001b[31m"\u{1f600}');

    expect(jsonLineOf(finding).trimEnd()).not.toContain('\n');
    expect(JSON.parse(jsonLineOf(finding))).toEqual(finding);
  });
});
