// `npm run drill`: the main job, headless, on a fresh sandbox.
import { ensureBuilt, ensureInstalled, main } from './bootstrap.mjs';
import { runNode } from './run-command.mjs';

await main(async () => {
  await ensureInstalled();
  await ensureBuilt();
  return runNode({ args: ['out/main/cli.js', 'drill', ...process.argv.slice(2)] });
});
