// `npm run bench`: how long the main work takes and how much memory, each against a floor measured beside it. See docs/performance.md.
import { ensureInstalled, main } from './bootstrap.mjs';
import { runNode } from './run-command.mjs';

await main(async () => {
  await ensureInstalled();
  return runNode({ args: ['test/bench/main.ts', ...process.argv.slice(2)] });
});
