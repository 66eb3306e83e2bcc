// A vitest reporter: writes the tests that did not run, with the reason each gave, to $UNWIND_SKIP_REPORT.
// vitest's JSON report has their number but not their reasons.
import { writeFileSync } from 'node:fs';

class SkipReporter {
  /** @param {readonly import('vitest/node').TestModule[]} modules */
  onTestRunEnd(modules) {
    const path = process.env['UNWIND_SKIP_REPORT'];
    if (path === undefined) return;
    const skipped = modules.flatMap((module) => [...module.children.allTests('skipped')]);
    writeFileSync(path, JSON.stringify(skipped.map(describeSkipped)));
  }
}

/**
 * @param {import('vitest/node').TestCase} test
 * @returns {import('./test-summary.mjs').Skipped}
 */
function describeSkipped(test) {
  const result = test.result();
  return {
    file: test.module.relativeModuleId,
    suite: test.parent.type === 'suite' ? test.parent.fullName : test.name,
    reason: result.state === 'skipped' ? result.note : undefined,
  };
}

// vitest loads a reporter by its default export.
export default SkipReporter;
