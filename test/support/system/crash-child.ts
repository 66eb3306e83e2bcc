import { crashPoints } from '../../../src/main/adapters/system/crash-points.ts';

/** Passes two crash points three times in turn and says so each time; dies where `UNWIND_CRASH_AT` says. */
const crashAt = crashPoints(process.env['UNWIND_CRASH_AT']);
process.on('exit', () => {
  process.stdout.write('exit handler\n');
});
for (let round = 1; round <= 3; round += 1) {
  for (const point of ['rows.after-intent', 'rows.after-effect'] as const) {
    crashAt(point);
    process.stdout.write(`${point} ${String(round)}\n`);
  }
}
