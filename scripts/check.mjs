// `npm run check`: the rules that hold the shape of the source. Every step runs, so that one go shows all findings.
import { ensureInstalled, main } from './bootstrap.mjs';
import { runTool, say } from './run-command.mjs';

const STEPS = [
  {
    name: 'format',
    packageName: '@biomejs/biome',
    command: 'biome',
    args: ['check', '--error-on-warnings'],
  },
  {
    name: 'types of shared and core',
    packageName: 'typescript',
    command: 'tsc',
    args: ['-p', 'tsconfig.core.json'],
  },
  {
    name: 'types of main and tests',
    packageName: 'typescript',
    command: 'tsc',
    args: ['-p', 'tsconfig.node.json'],
  },
  {
    name: 'types of renderer',
    packageName: 'typescript',
    command: 'tsc',
    args: ['-p', 'tsconfig.renderer.json'],
  },
  { name: 'lint', packageName: 'eslint', command: 'eslint', args: ['.'] },
  {
    name: 'layers',
    packageName: 'dependency-cruiser',
    command: 'depcruise',
    args: ['--config', '.dependency-cruiser.mjs', '--output-type', 'err', 'src', 'test', 'scripts'],
  },
  {
    name: 'dead code',
    packageName: 'knip',
    command: 'knip',
    args: ['--treat-config-hints-as-errors'],
  },
];

await main(async () => {
  await ensureInstalled();
  const failed = [];
  for (const { name, ...tool } of STEPS) {
    const startedAt = performance.now();
    const exitCode = await runTool({ ...tool, output: 'on-failure' });
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    say(`${exitCode === 0 ? '✓' : '✗'} ${name} (${seconds} s)`);
    if (exitCode !== 0) failed.push(name);
  }
  say(failed.length === 0 ? 'check passed' : `check failed: ${failed.join(', ')}`);
  return failed.length === 0 ? 0 : 1;
});
