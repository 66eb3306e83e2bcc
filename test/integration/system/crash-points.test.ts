import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { crashPoints } from '../../../src/main/adapters/system/crash-points.ts';

const CHILD = fileURLToPath(new URL('../../support/system/crash-child.ts', import.meta.url));
const ALL = [1, 2, 3].flatMap((round) => [
  `rows.after-intent ${String(round)}`,
  `rows.after-effect ${String(round)}`,
]);

/** Runs a process with the setting; tells how it ended and what it had said until then. */
function run(setting: string): {
  readonly signal: string | null;
  readonly passed: readonly string[];
} {
  const env = { ...process.env, UNWIND_CRASH_AT: setting };
  const { signal, stdout } = spawnSync(process.execPath, [CHILD], { encoding: 'utf8', env });
  return {
    signal,
    passed: stdout
      .trimEnd()
      .split('\n')
      .filter((line) => line !== ''),
  };
}

describe('crash point', () => {
  test.each([
    ['rows.after-intent', []],
    ['rows.after-effect', ALL.slice(0, 1)],
    ['rows.after-effect:1', ALL.slice(0, 1)],
    ['rows.after-intent:3', ALL.slice(0, 4)],
  ])('%s kills the process there, with no handler run', (setting, passed) => {
    expect(run(setting)).toEqual({ signal: 'SIGKILL', passed });
  });

  test.each(['', 'rows.after-intent:4', 'run.before-end'])(
    '%j that is not reached lets the process end',
    (setting) => {
      expect(run(setting)).toEqual({ signal: null, passed: [...ALL, 'exit handler'] });
    },
  );

  test('is passed without a setting', () => {
    const crashAt = crashPoints(undefined);

    crashAt('run.after-begin');
  });

  test.each([
    'rows',
    'rows.after-lunch',
    'rows.after-intent:0',
    'rows.after-intent:-1',
    'rows.after-intent:x',
    'rows.after-intent:1.5',
    ':1',
  ])('%j that does not exist is refused', (setting) => {
    expect(() => crashPoints(setting)).toThrow(
      expect.objectContaining({
        code: 'USAGE_INVALID',
        hint: expect.stringContaining('rows.after-intent') as string,
      }),
    );
  });
});
