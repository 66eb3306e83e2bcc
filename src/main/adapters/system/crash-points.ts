import { appendFileSync } from 'node:fs';
import { OperatorError } from '../../../shared/domain/operator-error.ts';
import { CRASH_POINTS, type CrashAt, NO_CRASH } from '../../core/ports/crash-points.ts';

/** Set by the bundler (electron.vite.config.ts). Sources that Node reads as they are know nothing of it. */
declare const UNWIND_IS_BUNDLED: true | undefined;

/**
 * Reads `UNWIND_CRASH_AT`. Without it nothing happens.
 *  - `<point>[:n]`: the process kills itself with SIGKILL the n-th time (from 1) it comes to that point. No handler runs and nothing
 *    is flushed.
 *  - `record:<file>`: each point that is passed is appended to the file, a line each, so that tests need not know them by heart.
 * @throws USAGE_INVALID for a point that does not exist, and for any setting in a build: only the sources die on demand.
 */
export function crashPoints(setting: string | undefined): CrashAt {
  if (setting === undefined || setting === '') return NO_CRASH;
  if (typeof UNWIND_IS_BUNDLED !== 'undefined') throw refusedInBuild();
  if (setting.startsWith('record:')) return recordTo(setting.slice('record:'.length));
  return dieAt(setting);
}

function dieAt(setting: string): CrashAt {
  const [point, count = '1'] = setting.split(':');
  let left = Number(count);
  if (!CRASH_POINTS.some((known) => known === point) || !Number.isInteger(left) || left < 1) {
    throw new OperatorError('USAGE_INVALID', {
      message: `UNWIND_CRASH_AT names no crash point: ${setting}.`,
      hint: `Unset it outside tests. Known points: ${CRASH_POINTS.join(', ')}.`,
    });
  }
  return (reached) => {
    if (reached !== point) return;
    left -= 1;
    if (left === 0) process.kill(process.pid, 'SIGKILL');
  };
}

function recordTo(file: string): CrashAt {
  return (point) => {
    appendFileSync(file, `${point}\n`);
  };
}

function refusedInBuild(): OperatorError {
  return new OperatorError('USAGE_INVALID', {
    message:
      'UNWIND_CRASH_AT is set, and this is a build: it does not kill itself on demand. Nothing was done.',
    hint: 'Unset UNWIND_CRASH_AT. Crash tests run the sources.',
  });
}
