import { describe, expect, test } from 'vitest';
import { openRunFiles } from '../../../../src/main/adapters/run-file/run-files.ts';
import type { StoredItem } from '../../../../src/main/core/ports/run-file.ts';
import { runReport } from '../../../../src/main/core/report/run-report.ts';
import { toRunDetail } from '../../../../src/main/core/run/describe-run.ts';
import type { RunDetail } from '../../../../src/shared/domain/run.ts';
import { aFolder } from '../../../support/builders/a-folder.ts';
import { anOpenRun } from '../../../support/builders/a-run-file.ts';
import { aHeldItem, anItem } from '../../../support/builders/an-item.ts';

function report(items: readonly StoredItem[], change: Partial<RunDetail> = {}): string {
  const runFile = anOpenRun(openRunFiles(aFolder()), { items, access: 'read' });
  return runReport(runFile, {
    ...toRunDetail(runFile, { isHeld: false, followUps: [] }),
    ...change,
  });
}

/** The cells of the row of `markdown` that holds `text`, split where GitHub-flavoured Markdown splits them. */
function cellsAt(markdown: string, text: string): readonly string[] {
  const row = markdown.split('\n').find((line) => line.includes(text)) ?? '';
  return row
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim());
}

describe('report of a run', () => {
  test('says what was asked for, what was done and how that is known', () => {
    const verification = {
      verifiedAt: '2026-08-01T12:05:00.000Z',
      passed: true,
      checks: [
        {
          name: 'rows',
          result: 'passed' as const,
          expected: 1,
          actual: 1,
          sentence: '1 of 1',
          examples: [],
        },
      ],
    };

    const markdown = report([anItem({ rowState: 'done', objectState: 'done' })], { verification });

    expect(markdown).toMatch(/^# Rollback of batch b-1, rows and objects on prod\n/);
    expect(cellsAt(markdown, '| done |')).toEqual(['done', '1']);
    expect(cellsAt(markdown, '| rows |')).toEqual(['rows', '✓ passed', '1 of 1']);
    expect(cellsAt(markdown, '| Plan digest |')).toEqual(['Plan digest', `\`${'ab'.repeat(32)}\``]);
    expect(markdown).not.toMatch(/What was held|## Error|Recovery decisions/);
  });

  test('names each held file with the reason and what to do', () => {
    const markdown = report([aHeldItem({ seq: 2 })]);

    expect(cellsAt(markdown, 'r-2')).toEqual([
      '`r-2`',
      '2.txt',
      '`files/2`',
      'original-missing: no file there',
      'bring it back',
    ]);
  });

  test('names what was left alone or failed', () => {
    const items = [
      anItem({ seq: 1, rowState: 'drifted', stateDetail: 'status is verified' }),
      anItem({ seq: 2, rowState: 'done', objectState: 'failed', stateDetail: 'AccessDenied' }),
    ];

    const markdown = report(items);

    expect(cellsAt(markdown, '`r-1`')[3]).toBe('status is verified');
    expect(cellsAt(markdown, '`r-2`')[3]).toBe('AccessDenied');
  });

  test('lists fifty files and counts the rest', () => {
    const items = Array.from({ length: 53 }, (_, index) => aHeldItem({ seq: index + 1 }));

    const markdown = report(items);

    expect(markdown.match(/original-missing/g)).toHaveLength(50);
    expect(markdown).toContain('…and 3 more.');
  });

  test.each([
    ['a|b', 'a\\|b', '`a\\|b`'],
    ['<img src=x>', '&lt;img src=x>', '`<img src=x>`'],
    ['a&lt;b', 'a&amp;lt;b', '`a&lt;b`'],
    ['a`b', 'a\\`b', '`aˋb`'],
    ['a\nb', 'a b', '`a b`'],
    ['a\r\nb\rc', 'a b c', '`a b c`'],
    ['[x](http://x)', '\\[x\\](http://x)', '`[x](http://x)`'],
    ['a\\|b', 'a\\\\\\|b', '`a\\\\|b`'],
  ])('keeps the name %j inside its cell, and text', (name, asText, asCode) => {
    const markdown = report([aHeldItem({ recordId: 'odd', filename: name, objectKey: name })]);

    const row = markdown.split(/\r\n|\r|\n/).find((line) => line.includes('`odd`')) ?? '';
    expect(row).toBe(
      `| \`odd\` | ${asText} | ${asCode} | original-missing: no file there | bring it back |`,
    );
  });

  test('names a file without a name by its path', () => {
    const markdown = report([
      aHeldItem({ filename: null, sourcePath: 'in/x.txt', objectKey: null }),
    ]);

    expect(cellsAt(markdown, 'r-1').slice(1, 3)).toEqual(['in/x.txt', '—']);
  });

  test('ends with the error of a run that failed', () => {
    const error = {
      code: 'R2_DENIED' as const,
      kind: 'denied',
      exitCode: 4,
      retryable: false,
      message: 'The bucket refused.',
      hint: 'Ask for rights.',
      details: {},
    };

    expect(report([anItem()], { error, state: 'failed' })).toMatch(
      /## Error\n\n`R2_DENIED` The bucket refused\.\n\nAsk for rights\.\n$/,
    );
  });
});
