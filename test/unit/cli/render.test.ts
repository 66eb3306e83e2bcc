import { describe, expect, test } from 'vitest';
import { renderError } from '../../../src/main/hosts/cli/render/error.ts';
import { bytes, duration, shorten } from '../../../src/main/hosts/cli/render/format.ts';
import { renderPlan } from '../../../src/main/hosts/cli/render/plan.ts';
import { renderRunEnd } from '../../../src/main/hosts/cli/render/run.ts';
import { renderStatus } from '../../../src/main/hosts/cli/render/status.ts';
import { forDisplay, visible } from '../../../src/main/hosts/cli/visible.ts';
import { OperatorError } from '../../../src/shared/domain/operator-error.ts';
import {
  aHeldItem,
  aPlanItem,
  aPlanSummary,
  aRunDetail,
  aStatusReport,
  aTerminal,
} from './builders.ts';

const terminal = aTerminal();
const pages = {
  plan: aPlanSummary(),
  sample: [aPlanItem()],
  held: [aHeldItem('gone.pdf')],
  estimate: null,
};

describe('plan on the terminal', () => {
  test('ends with the exact command that executes it', () => {
    const lines = renderPlan(terminal, pages, 'with-command').trimEnd().split('\n');

    expect(lines.at(-1)?.trim()).toBe(pages.plan.executeCommand);
  });

  test('says how long it takes by earlier runs, where there are any', () => {
    const basis = { runs: 2, files: 1200, isOfTarget: true };
    const textOf = (estimate: { expectedMs: number; basis: typeof basis } | null) =>
      renderPlan(terminal, { ...pages, estimate }, 'with-command');

    expect(textOf({ expectedMs: 252_000, basis })).toContain(
      'About 4 min 12 s, at the pace of 2 earlier runs of this target (1,200 files).',
    );
    expect(textOf(null)).not.toContain('at the pace of');
  });

  test('shows values before and after', () => {
    const text = renderPlan(terminal, pages, 'with-command');

    expect(text).toMatch(/letter\.pdf.*completed → rolled_back.*k\/1 → NULL/);
    expect(text).toContain('freed when it is purged (11.7 MiB)');
  });

  test('lists held files by reason with the fix and says how many more there are', () => {
    const text = renderPlan(terminal, pages, 'with-command');

    expect(text).toContain('2 × original-missing');
    expect(text).toContain('gone.pdf: no such file');
    expect(text).toContain('… and 1 more');
    expect(text).toContain('→ Put it back.');
  });

  test('offers no command when a blocker stands against it', () => {
    const finding = {
      code: 'X',
      severity: 'blocker',
      message: 'A trigger fires.',
      fix: 'Drop it.',
    } as const;
    const text = renderPlan(
      terminal,
      { ...pages, plan: aPlanSummary({ findings: [finding] }) },
      'with-command',
    );

    expect(text).not.toContain('--confirm');
    expect(text).toContain('✕ blocker  A trigger fires.');
  });

  test('marks the point of no return in words', () => {
    const step = {
      name: 'purge-objects',
      title: 'Purge',
      itemCount: 3,
      pointOfNoReturn: true,
    } as const;
    const text = renderPlan(
      terminal,
      {
        ...pages,
        plan: aPlanSummary({ kind: 'purge', steps: [step] }),
      },
      'with-command',
    );

    expect(text).toContain('POINT OF NO RETURN');
  });
});

describe('end of a run on the terminal', () => {
  test('names what was held and how to take the rollback back', () => {
    const text = renderRunEnd(terminal, aRunDetail());

    expect(text).toContain('10 planned, 10 done, 2 held, 0 drifted, 0 failed');
    expect(text).toContain('2 original-missing');
    expect(text).toContain(`unwind undo ${aRunDetail().runId}`);
  });

  test('says how to go on when work is left', () => {
    const text = renderRunEnd(terminal, aRunDetail({ state: 'stopped' }));

    expect(text).toContain(`unwind resume ${aRunDetail().runId}`);
  });
});

describe('status on the terminal', () => {
  test('shows stored and counted figures where they differ, in words', () => {
    const batch = {
      batchId: 'B1',
      status: 'completed',
      totalFiles: 12,
      stored: { completed: 12, failed: 0, verified: null },
      recomputed: { records: 12, completed: 10, failed: 2, verified: 0, pending: 0, rolledBack: 0 },
      countersAgree: false,
      startedAt: null,
      completedAt: null,
    };
    const text = renderStatus(terminal, aStatusReport({ batches: [batch] }));

    expect(text).toContain('12 stored, 10');
    expect(text).toContain('NULL stored, 0');
    expect(text).toContain('✕ differ');
  });

  test('says of each file what row, object and original prove', () => {
    const record = {
      recordId: 'rec-1',
      batchId: 'B1',
      fileId: 'f',
      userId: 'u',
      filename: 'a.pdf',
      sourcePath: 'a.pdf',
      objectKey: 'k',
      status: 'completed',
      sizeBytes: 1,
      errorMessage: null,
      row: { proof: 'proved', detail: '' },
      object: { proof: 'disproved', detail: 'no such key' },
      original: { proof: 'unknown', detail: 'not read' },
    } as const;
    const text = renderStatus(terminal, aStatusReport({ records: [record], recordCount: 70 }));

    expect(text).toMatch(/a\.pdf +completed +✓ +✕ no such key +\? not read/);
    expect(text).toContain('of 70');
  });
});

describe('text from elsewhere', () => {
  test('cannot move the cursor, colour the screen, break lines or turn the direction', () => {
    expect(visible('a\u001b[31m\r\nb\u202Ec')).toBe('a\\u{1b}[31m\\u{d}\\u{a}b\\u{202e}c');
  });

  test('is made visible everywhere in a value', () => {
    expect(forDisplay({ items: [{ name: 'a\u0007', size: 1 }], none: null })).toEqual({
      items: [{ name: 'a\\u{7}', size: 1 }],
      none: null,
    });
  });

  test('is made visible in errors, whose own line breaks stay', () => {
    const error = new OperatorError('FILE_FAILED', {
      message: 'one\ntwo\u001b[2J',
      hint: 'h',
      details: { candidates: ['a\nb'] },
    });

    expect(renderError(terminal, error)).toBe(
      '✕ one\ntwo\\u{1b}[2J [FILE_FAILED]\n  candidates:\n    a\\u{a}b\n  → h\n',
    );
  });
});

describe('figures', () => {
  test.each([
    [0, '0 B'],
    [999, '999 B'],
    [1023, '1023 B'],
    [1024, '1.0 KiB'],
    [12_345_678, '11.8 MiB'],
    [5 * 1024 ** 5, '5.0 PiB'],
  ])('of %i bytes read %s', (size, text) => {
    expect(bytes(size)).toBe(text);
  });

  test.each([
    [450, '0.5 s'],
    [42_000, '42 s'],
    [185_000, '3 min 05 s'],
    [7_500_000, '2 h 05 min'],
  ])('of %i ms read %s', (durationMs, text) => {
    expect(duration(durationMs)).toBe(text);
  });

  test('are shortened from the middle', () => {
    expect(shorten('originals/u1/letter.pdf', 11)).toBe('origi…r.pdf');
  });
});
