import { describe, expect, test } from 'vitest';
import { errorCodeOf, findErrors } from '../../../../src/renderer/pages/help/find-errors.ts';
import { ERROR_CODES } from '../../../../src/shared/domain/error-codes.ts';

describe('search of the errors', () => {
  test('finds a code by itself, by words of it and by a part', () => {
    expect(findErrors('R2_OBJECT_LOCKED')).toEqual(['R2_OBJECT_LOCKED']);
    expect(findErrors('object locked')).toEqual(['R2_OBJECT_LOCKED']);
    expect(findErrors('lease_l')).toEqual(['LEASE_LOST']);
  });

  test('finds what the reference procedures called it', () => {
    expect(findErrors('No migration records found')).toEqual(['SCOPE_EMPTY']);
    expect(findErrors('database connection failed')).toContain('DATABASE_UNREACHABLE');
  });

  test('finds by what is to be done, each word in any place', () => {
    expect(findErrors('preflight originals')).toEqual([]);
    expect(findErrors('retention rule')).toEqual(['R2_OBJECT_LOCKED']);
  });

  test('is all of them without a word, and none where no error has it', () => {
    expect(findErrors('  ')).toEqual(Object.keys(ERROR_CODES));
    expect(findErrors('xyzzy')).toEqual([]);
  });

  test('knows a code from a text that is none', () => {
    expect([errorCodeOf('INTERNAL'), errorCodeOf('toString')]).toEqual(['INTERNAL', undefined]);
  });
});
