import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { crashPoints } from '../../../src/main/adapters/system/crash-points.ts';
import { aFolder } from '../../support/builders/a-folder.ts';

const CHILD = fileURLToPath(new URL('../../support/system/crash-child.ts', import.meta.url));
const BUILT_CLI = fileURLToPath(new URL('../../../out/main/cli.js', import.meta.url));
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

  test('can be recorded instead: each that is passed, in order', () => {
    const file = join(aFolder(), 'points');

    expect(run(`record:${file}`)).toEqual({ signal: null, passed: [...ALL, 'exit handler'] });

    const passed = readFileSync(file, 'utf8').trimEnd().split('\n');
    expect(passed).toEqual(ALL.map((line) => line.replace(/ \d$/, '')));
  });

  test.each(['run.after-begin', 'record:points', 'nonsense'])(
    '%j is refused by a build, before it does anything',
    (setting) => {
      const home = join(aFolder(), 'home');
      const env = { ...process.env, UNWIND_CRASH_AT: setting, UNWIND_HOME: home };

      const { status, stderr } = spawnSync(process.execPath, [BUILT_CLI, 'sandbox', 'create'], {
        encoding: 'utf8',
        env,
      });

      expect({ status, stderr }).toEqual({
        status: 2,
        stderr: expect.stringContaining('UNWIND_CRASH_AT is set, and this is a build') as string,
      });
      expect(existsSync(home)).toBe(false);
    },
  );

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
