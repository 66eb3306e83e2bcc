// `npm test`: every check and every suite. Arguments go to vitest (`npm test -- test/unit`).
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, main } from './bootstrap.mjs';
import { runNode, runTool, say } from './run-command.mjs';
import { countsLine, countTests, skipLines, slowestLines } from './test-summary.mjs';

const SLOWEST_SHOWN = 25;

await main(async () => {
  await ensureInstalled();
  await ensureBuilt();
  const checkExitCode = await runNode({ args: ['scripts/check.mjs'] });
  const reports = mkdtempSync(join(tmpdir(), 'unwind-test-'));
  try {
    const failed = await runSuites(reports);
    if (checkExitCode !== 0) say('the checks failed: see their output above the tests');
    /** @type {import('./test-summary.mjs').Report | undefined} */
    const report = readReport(join(reports, 'tests.json'));
    const counts = countTests(report);
    for (const line of report === undefined
      ? []
      : slowestLines(report, { count: SLOWEST_SHOWN, root: process.cwd() }))
      say(line);
    for (const line of skipLines(readReport(join(reports, 'skipped.json')) ?? [])) say(line);
    process.stdout.write(`${countsLine(counts)}\n`);
    return checkExitCode === 0 && !failed && counts.failed === 0 ? 0 : 1;
  } finally {
    rmSync(reports, { recursive: true, force: true });
  }
});

/**
 * @param {string} reports folder for vitest's reports
 * @returns {Promise<boolean>} whether vitest says that something failed
 */
async function runSuites(reports) {
  const exitCode = await runTool({
    packageName: 'vitest',
    command: 'vitest',
    args: [
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${join(reports, 'tests.json')}`,
      '--reporter=./scripts/skip-reporter.mjs',
      ...process.argv.slice(2),
    ],
    env: { UNWIND_SKIP_REPORT: join(reports, 'skipped.json') },
  });
  return exitCode !== 0;
}

/**
 * @template T
 * @param {string} path
 * @returns {T | undefined} undefined when vitest ended before it wrote the report
 */
function readReport(path) {
  return existsSync(path) ? /** @type {T} */ (JSON.parse(readFileSync(path, 'utf8'))) : undefined;
}
