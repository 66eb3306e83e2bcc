// `npm run test:crash`: the whole crash matrix. Arguments go to vitest. `UNWIND_CRASH_CASE='<scenario> <point>:<n> …'` repeats one case.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureInstalled, main } from './bootstrap.mjs';
import { runTool } from './run-command.mjs';

await main(async () => {
  await ensureInstalled();
  const folder = mkdtempSync(join(tmpdir(), 'unwind-crash-'));
  const report = join(folder, 'cases.txt');
  try {
    const exitCode = await runTool({
      packageName: 'vitest',
      command: 'vitest',
      args: ['run', 'test/crash', ...process.argv.slice(2)],
      env: { UNWIND_CRASH_MATRIX: 'all', UNWIND_CRASH_REPORT: report },
    });
    const cases = readCases(report);
    const failed = cases.filter(({ result }) => result !== 'passed').length;
    const kills = cases.flatMap((one) => one.kills);
    const points = new Set(kills.map((kill) => kill.replace(/:\d+$/, '')));
    process.stdout.write(
      `${String(points.size)} crash points, ${String(kills.length)} kills in ${String(cases.length)} cases, ${String(cases.length - failed)} passed, ${String(failed)} failed\n`,
    );
    return failed > 0 && exitCode === 0 ? 1 : exitCode;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/**
 * Reads `passed|failed <scenario> <point>:<n> …`, a line for each case.
 *
 * @param {string} path
 */
function readCases(path) {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  return lines.map((line) => {
    const [result, , ...kills] = line.split(' ');
    return { result, kills };
  });
}
