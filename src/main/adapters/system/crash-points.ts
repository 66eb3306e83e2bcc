import { OperatorError } from '../../../shared/domain/operator-error.ts';
import { CRASH_POINTS, type CrashAt } from '../../core/ports/crash-points.ts';

/**
 * Reads `UNWIND_CRASH_AT=<point>[:n]`: the process kills itself with SIGKILL the n-th time (from 1) it comes to that point.
 * No handler runs and nothing is flushed, as with a power cut. Without the variable nothing happens.
 * @throws USAGE_INVALID for a point that does not exist.
 */
export function crashPoints(setting: string | undefined): CrashAt {
  if (setting === undefined || setting === '') return () => undefined;
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
