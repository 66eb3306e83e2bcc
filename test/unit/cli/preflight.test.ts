import picocolors from 'picocolors';
import { describe, expect, test } from 'vitest';
import { exitCodeOf } from '../../../src/main/hosts/cli/commands/preflight.ts';
import { preflightRenderer } from '../../../src/main/hosts/cli/render/preflight.ts';
import type { Terminal } from '../../../src/main/hosts/cli/terminal.ts';
import type { PreflightLine, PreflightReport } from '../../../src/shared/domain/preflight.ts';

function aLine(change: Partial<PreflightLine> = {}): PreflightLine {
  return {
    group: 'database',
    name: 'database.file',
    title: 'The D1 file can be read and written',
    state: 'ok',
    finding: 'It is there.',
    fix: null,
    ...change,
  };
}

function aTerminal(columns: number): Terminal {
  const { stdin, stdout, stderr } = process;
  return {
    stdin,
    stdout,
    stderr,
    interactive: false,
    colors: picocolors.createColors(false),
    columns,
  };
}

describe('exit status of a preflight', () => {
  test.each([
    ['configuration', 2],
    ['database', 3],
    ['bucket', 4],
    ['originals', 5],
    ['workspace', 5],
  ] as const)('is for a failure in %s %i', (group, exitCode) => {
    const lines = [aLine({ state: 'warning' }), aLine({ group, state: 'failed' })];

    expect(exitCodeOf({ lines }, 'accepted')).toBe(exitCode);
  });

  test('is that of the first failure', () => {
    const lines = [
      aLine({ group: 'bucket', state: 'failed' }),
      aLine({ group: 'workspace', name: 'workspace.lease', state: 'failed' }),
    ];

    expect(exitCodeOf({ lines }, 'accepted')).toBe(4);
  });

  test('is 7 where a run holds the target', () => {
    const lines = [aLine({ group: 'workspace', name: 'workspace.lease', state: 'failed' })];

    expect(exitCodeOf({ lines }, 'accepted')).toBe(7);
  });

  test('is 0 for what was skipped, and for warnings unless they are refused', () => {
    const lines = [aLine({ state: 'skipped' }), aLine({ state: 'warning' })];

    expect(exitCodeOf({ lines }, 'accepted')).toBe(0);
    expect(exitCodeOf({ lines }, 'refused')).toBe(6);
    expect(exitCodeOf({ lines: [aLine({ state: 'skipped' })] }, 'refused')).toBe(0);
  });
});

describe('preflight in the terminal', () => {
  test('names a group once, above its first line', () => {
    const { line } = preflightRenderer(aTerminal(200));

    expect(line(aLine())).toBe(
      'Database\n  ✓ OK       database.file                   It is there.\n',
    );
    expect(line(aLine({ name: 'database.version' }))).toMatch(/^ {2}✓ OK {7}database\.version /);
    expect(line(aLine({ group: 'bucket' }))).toMatch(/^\nBucket\n/);
  });

  test('puts the fix and its statement under the finding, the statement in one piece', () => {
    const statement = `CREATE INDEX ${'x'.repeat(120)};`;
    const { line } = preflightRenderer(aTerminal(100));

    const text = line(
      aLine({ state: 'warning', finding: 'word '.repeat(20).trim(), fix: 'Make it.', statement }),
    );

    const indent = ' '.repeat(45);
    expect(text.split('\n').slice(1)).toEqual([
      `  ! WARN     database.file                   ${'word '.repeat(11).trim()}`,
      `${indent}${'word '.repeat(9).trim()}`,
      `${indent}→ Make it.`,
      `${indent}  ${statement}`,
      '',
    ]);
  });

  test('goes below the name where the terminal is narrow', () => {
    const { line } = preflightRenderer(aTerminal(60));

    expect(line(aLine({ state: 'failed', fix: 'Look.' }))).toBe(
      'Database\n  ✕ FAILED   database.file\n    It is there.\n    → Look.\n',
    );
  });

  test('ends with the verdict and the first thing to fix', () => {
    const report: PreflightReport = {
      target: 'shop',
      databaseKind: 'd1',
      mode: 'both',
      groups: ['database'],
      startedAt: '2026-08-01T12:00:00.000Z',
      durationMs: 1_240,
      result: 'not-ready',
      counts: { ok: 1, warning: 1, failed: 1, skipped: 2 },
      lines: [aLine(), aLine({ name: 'database.tables', state: 'failed' })],
    };

    expect(preflightRenderer(aTerminal(100)).summary(report)).toBe(
      '\n✕ Not ready. shop: 1 OK, 1 warning, 1 failed, 2 skipped, in 1.2 s.\n  → Fix database.tables first, then run unwind preflight again.\n',
    );
  });
});
