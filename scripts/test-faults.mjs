// `npm run test:faults`: every call of every kind of work fails once, and for good; says how many faults that were. Takes hours.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, main } from './bootstrap.mjs';
import { runTool, say } from './run-command.mjs';

await main(async () => {
  await ensureInstalled();
  await ensureBuilt();
  const folder = mkdtempSync(join(tmpdir(), 'unwind-faults-'));
  const report = join(folder, 'faults.txt');
  try {
    const exitCode = await runTool({
      packageName: 'vitest',
      command: 'vitest',
      args: ['run', ...(process.argv.length > 2 ? process.argv.slice(2) : ['test/faults'])],
      env: {
        UNWIND_TEST_FAULTS: process.env['UNWIND_TEST_FAULTS'] ?? 'all',
        UNWIND_FAULT_REPORT: report,
      },
    });
    const lines = existsSync(report) ? readFileSync(report, 'utf8').trim().split('\n') : [];
    for (const line of lines) say(line);
    const total = lines.reduce(
      (sum, line) => sum + Number(/: (\d+) faults/.exec(line)?.[1] ?? 0),
      0,
    );
    process.stdout.write(`${String(total)} faults were brought in.\n`);
    return exitCode;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
