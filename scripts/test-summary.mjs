// What `npm test` says at its end. Pure: test.mjs reads the reports and prints the lines.

/**
 * The parts of vitest's JSON report that are read.
 *
 * @typedef {object} Report
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {number} numPendingTests
 * @property {number} numTodoTests
 * @property {boolean} success
 * @property {readonly FileResult[]} testResults
 *
 * @typedef {object} FileResult
 * @property {string} name path of the file
 * @property {string} status
 * @property {number} startTime in milliseconds since 1970
 * @property {number} endTime in milliseconds since 1970
 * @property {readonly { status: string }[]} assertionResults
 *
 * @typedef {object} Skipped one test that did not run
 * @property {string} file
 * @property {string} suite
 * @property {string | undefined} reason as given to `context.skip(reason)`
 *
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 */

/**
 * Counts the tests of a run. A file that failed without a failed test (it did not load, its hook threw, its worker
 * died) counts as one failure, and so does a run that failed in no file at all or left no report.
 *
 * @param {Report | undefined} report
 * @returns {Counts}
 */
export function countTests(report) {
  if (report === undefined) return { passed: 0, failed: 1, skipped: 0 };
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((result) => result.status === 'failed'),
  );
  const failed = report.numFailedTests + brokenFiles.length;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && !report.success ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/**
 * One line per suite and reason, in the order they were met.
 *
 * @param {readonly Skipped[]} skipped
 * @returns {string[]}
 */
export function skipLines(skipped) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const { file, suite, reason } of skipped) {
    const key = `${file} › ${suite}${reason === undefined ? '' : `: ${reason}`}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([key, count]) => `skipped ${count}: ${key}`);
}

/**
 * The files that took longest, the slowest first: where to look when `npm test` has become slow.
 *
 * @param {Report} report
 * @param {{ count: number, root: string }} options `root`: the folder that paths are printed from
 * @returns {string[]}
 */
export function slowestLines(report, { count, root }) {
  const files = report.testResults.map(({ name, startTime, endTime }) => ({
    path: name.startsWith(root) ? name.slice(root.length + 1) : name,
    seconds: Math.round((endTime - startTime) / 1000),
  }));
  files.sort((a, b) => b.seconds - a.seconds);
  return files.slice(0, count).map(({ path, seconds }) => `took ${seconds} s: ${path}`);
}

/**
 * @param {Counts} counts
 * @returns {string} the last line of `npm test`
 */
export function countsLine({ passed, failed, skipped }) {
  return `tests: ${passed} passed, ${failed} failed, ${skipped} skipped`;
}
