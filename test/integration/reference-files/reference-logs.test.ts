import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { workspaceReferenceLogs } from '../../../src/main/adapters/reference-files/reference-logs.ts';
import { aFolder } from '../../support/builders/a-folder.ts';

let folder: string;
let logs: string;

beforeEach(() => {
  folder = aFolder();
  logs = join(folder, 'logs');
  mkdirSync(logs);
});

function write(name: string, ...lines: readonly string[]): string {
  const path = join(logs, name);
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
  return path;
}

describe('logs of the workspace', () => {
  test('are those with the name that the reference gives, from a moment on, oldest first', () => {
    for (const name of [
      'rollback_20260102_000000.log',
      'rollback_20260101_235959.log',
      'rollback_20260101_000000_1ABCDEFG.log',
      'rollback_audit_20260102_000000.json',
      'rollback_20269901_000000.log',
      'sessions.log',
    ]) {
      write(name);
    }

    const found = workspaceReferenceLogs(folder).list(Date.parse('2026-01-01T12:00:00Z'));

    expect(found).toEqual([
      { path: join(logs, 'rollback_20260101_235959.log'), startedAt: '2026-01-01T23:59:59Z' },
      { path: join(logs, 'rollback_20260102_000000.log'), startedAt: '2026-01-02T00:00:00Z' },
    ]);
  });

  test('are none where there is no folder', () => {
    expect(workspaceReferenceLogs(join(folder, 'nowhere')).list(0)).toEqual([]);
  });
});

describe('a log', () => {
  test.each([
    ['2026-01-01 10:00:00,123 - ERROR - It broke'],
    ['2026-01-01 10:00:00,123 - rollback_migration - ERROR - It broke'],
    ['[2026-01-01T10:00:00.123Z] ERROR: It broke'],
    ['2026-01-01 10:00:00,123 [ERROR] It broke'],
  ])('is read as the reference and its kin write it: %s', async (line) => {
    const path = write('rollback_20260101_100000.log', line);

    expect(await workspaceReferenceLogs(folder).analyze(path)).toMatchObject({
      entries: 1,
      otherLines: 0,
      levels: [{ level: 'ERROR', count: 1 }],
      problems: [{ level: 'ERROR', message: 'It broke', count: 1 }],
    });
  });

  test('counts problems about the same thing together, most frequent first', async () => {
    const path = write(
      'rollback_20260101_100000.log',
      '2026-01-01 10:00:00,000 - WARNING - Left alone',
      '2026-01-01 10:00:01,000 - ERROR - Delete of files/a/1.pdf failed after 3 tries',
      '2026-01-01 10:01:30,500 - ERROR - Delete of files/b/2.pdf failed after 12 tries',
      'Traceback of the error above',
      '2026-01-01 10:00:02,000 - INFO - nothing wrong',
    );

    expect(await workspaceReferenceLogs(folder).analyze(path)).toEqual({
      path,
      entries: 4,
      otherLines: 1,
      firstAt: '2026-01-01 10:00:00,000',
      lastAt: '2026-01-01 10:00:02,000',
      durationMs: 2_000,
      levels: [
        { level: 'WARNING', count: 1 },
        { level: 'ERROR', count: 2 },
        { level: 'INFO', count: 1 },
      ],
      problems: [
        { level: 'ERROR', message: 'Delete of … failed after … tries', count: 2 },
        { level: 'WARNING', message: 'Left alone', count: 1 },
      ],
      operations: null,
    });
  });

  test.each([
    ['a flag', [{ success: true }, { success: false }]],
    ['a word', { operations: [{ status: 'completed' }, { status: 'FAILED' }] }],
    ['an error', { operations: [{ error: null }, { error: 'no such key' }] }],
    ['an event', { operations: [{ operation: 'run.succeeded' }, { operation: 'run.failed' }] }],
  ])(
    'takes its operations from the audit file beside it, which says failure by %s',
    async (_, audit) => {
      const path = write('rollback_20260101_100000.log');
      write('rollback_audit_20260101_100000.json', JSON.stringify(audit));

      const { operations } = await workspaceReferenceLogs(folder).analyze(path);

      expect(operations).toEqual({ total: 2, failed: 1 });
    },
  );

  test('has no operations where the audit file is torn', async () => {
    const path = write('rollback_20260101_100000.log');
    write('rollback_audit_20260101_100000.json', '{"operations": [');

    expect(await workspaceReferenceLogs(folder).analyze(path)).toMatchObject({
      entries: 0,
      firstAt: null,
      operations: null,
    });
  });

  test('that is not there is an error that names it', async () => {
    const path = join(logs, 'rollback_20260101_100000.log');

    await expect(workspaceReferenceLogs(folder).analyze(path)).rejects.toMatchObject({
      code: 'FILE_FAILED',
      message: `The log ${path} could not be read: ENOENT.`,
    });
  });
});
