import { describe, expect, test } from 'vitest';
import { planCommand, quoted, statusCommand } from '../../../../src/renderer/words/cli-words.ts';
import {
  composerHref,
  draftFault,
  draftFromSearch,
  EMPTY_DRAFT,
  scopeInWords,
  scopeOf,
} from '../../../../src/renderer/words/scope-words.ts';
import { Scope } from '../../../../src/shared/domain/scope.ts';

const BATCH = { ...EMPTY_DRAFT, batchId: 'b-2024-11', failedOnly: true };

describe('scope draft', () => {
  test('leaves out what is not set', () => {
    expect(scopeOf(BATCH)).toEqual({
      batchId: 'b-2024-11',
      failedOnly: true,
      full: false,
      mode: 'both',
    });
  });

  test('is a scope that the contract takes', () => {
    expect(Scope.parse(scopeOf(BATCH))).toEqual(scopeOf(BATCH));
  });

  test('keeps dates but no other selector beside "everything"', () => {
    const draft = { ...BATCH, full: true, userId: 'u', startDate: '2024-11-01' };

    expect(scopeOf(draft)).toEqual({
      failedOnly: false,
      full: true,
      startDate: '2024-11-01',
      mode: 'both',
    });
  });

  test('survives the way through the address of the composer', () => {
    const draft = { ...BATCH, userId: 'a b', startDate: '2024-11-01', mode: 'r2-only' as const };

    const [, search] = composerHref(scopeOf(draft)).split('?');

    expect(draftFromSearch(new URLSearchParams(search))).toEqual(draft);
  });

  test('takes an unknown mode in the address for rows and objects', () => {
    expect(draftFromSearch(new URLSearchParams('mode=all')).mode).toBe('both');
  });

  test('needs at least one selector', () => {
    expect(draftFault(EMPTY_DRAFT)).toMatch(/^Choose/);
    expect(draftFault({ ...EMPTY_DRAFT, batchId: '  ' })).toMatch(/^Choose/);
    expect(draftFault(BATCH)).toBeNull();
  });

  test('refuses a last day before the first', () => {
    const draft = { ...BATCH, startDate: '2024-11-09', endDate: '2024-11-08' };

    expect(draftFault(draft)).toBe('The last day is before the first day.');
  });

  test('is said in words', () => {
    expect(scopeInWords({ ...BATCH, endDate: '2024-11-30', mode: 'database-only' })).toBe(
      'Batch b-2024-11, failed records only, until 2024-11-30, rows only',
    );
  });
});

describe('CLI command', () => {
  test('makes the same plan', () => {
    expect(planCommand({ ...BATCH, userId: 'o’neil', mode: 'r2-only' })).toBe(
      "unwind plan --batch-id b-2024-11 --user-id 'o’neil' --failed-only --r2-only",
    );
    expect(planCommand({ ...EMPTY_DRAFT, full: true })).toBe('unwind plan --full-rollback');
  });

  test('shows the same status', () => {
    expect(statusCommand({ batchId: '', userId: 'a' })).toBe('unwind status --user-id a');
  });

  test('quotes what a shell would take apart', () => {
    expect(quoted("it's; rm")).toBe(`'it'\\''s; rm'`);
    expect(quoted('$HOME')).toBe("'$HOME'");
    expect(quoted('b-2024-11')).toBe('b-2024-11');
  });
});
