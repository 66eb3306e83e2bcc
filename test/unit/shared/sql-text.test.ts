import { describe, expect, test } from 'vitest';
import { writtenOut } from '../../../src/shared/sql-text.ts';

describe('a statement with its values written in', () => {
  test('has them in place of the placeholders of either database', () => {
    expect(writtenOut('a = ? AND b = ?', ['x', null])).toBe("a = 'x'\n  AND b = NULL");
    expect(writtenOut('a = $2, b = $1, c = $1', [1, true])).toBe('a = true, b = 1, c = 1');
  });

  test('leaves quoted names and texts as they are, and quotes what is written in', () => {
    expect(writtenOut(`"a ?" = ? AND 'it''s $1' = $1`, ["it's ? $1"])).toBe(
      `"a ?" = 'it''s ? $1'\n  AND 'it''s $1' = 'it''s ? $1'`,
    );
  });

  test('writes arrays and bytes', () => {
    expect(writtenOut('$1::text[]', [['a', null]])).toBe("ARRAY['a', NULL]::text[]");
    expect(writtenOut('$1::bytea', [new Uint8Array([0, 255])])).toBe("'\\x00ff'::bytea");
  });

  test('has a line for each part', () => {
    expect(writtenOut('UPDATE t SET a = 1\n      WHERE b = 2   AND c = 3', [])).toBe(
      'UPDATE t\n  SET a = 1\n  WHERE b = 2\n  AND c = 3',
    );
  });
});
