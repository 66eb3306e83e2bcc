import { describe, expect, test } from 'vitest';
import { shellWord, withCarriedOptions } from '../../../src/main/hosts/cli/execute-command.ts';
import { aPlanSummary } from './builders.ts';

describe('command that executes a plan', () => {
  test('carries the settings that were given as options', () => {
    const globals = { color: true, home: '/my work', d1Path: 'app.sqlite', json: true } as const;

    expect(withCarriedOptions(aPlanSummary(), globals).executeCommand).toBe(
      `${aPlanSummary().executeCommand} --home '/my work' --d1-path app.sqlite`,
    );
  });

  test('stays as it is without such options', () => {
    expect(withCarriedOptions(aPlanSummary(), { color: true, quiet: true })).toEqual(
      aPlanSummary(),
    );
  });

  test.each([
    ['plain-1.sqlite', 'plain-1.sqlite'],
    ["it's", "'it'\\''s'"],
    ['$(rm)', "'$(rm)'"],
    ['', "''"],
  ])('quotes %s for a shell', (text, word) => {
    expect(shellWord(text)).toBe(word);
  });
});
