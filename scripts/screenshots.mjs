// `npm run screenshots`: builds the console and takes a picture of every view, light and dark, into docs/screens.
import { ensureInstalled, main } from './bootstrap.mjs';
import { runNode, runTool } from './run-command.mjs';

await main(async () => {
  await ensureInstalled();
  const built = await runTool({
    packageName: 'electron-vite',
    command: 'electron-vite',
    args: ['build'],
    output: 'on-failure',
  });
  return built === 0 ? runNode({ args: ['test/screens/main.ts'] }) : built;
});
