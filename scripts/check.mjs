// `npm run check`: the rules that hold the shape of the source. Every step runs, so that one go shows all findings.
import { ensureInstalled, main } from './bootstrap.mjs';
import { runTool, say } from './run-command.mjs';

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {string} packageName
 * @property {string} command
 * @property {readonly string[]} args
 */

/** @type {readonly Step[]} */
const LINT = [{ name: 'lint', packageName: 'eslint', command: 'eslint', args: ['.'] }];

/** @type {readonly Step[]} */
const OTHERS = [
  {
    name: 'format and import order',
    packageName: '@biomejs/biome',
    command: 'biome',
    args: ['check', '--error-on-warnings'],
  },
  typesOf('core', 'types of shared and core'),
  typesOf('node', 'types of main, preload, scripts and tests'),
  typesOf('renderer', 'types of renderer'),
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
  // Lint takes as long as all the others together, so it has a lane of its own.
  const failed = (await Promise.all([runLane(OTHERS), runLane(LINT)])).flat();
  say(failed.length === 0 ? 'check passed' : `check failed: ${failed.join(', ')}`);
  return failed.length === 0 ? 0 : 1;
});

/**
 * @param {readonly Step[]} steps run one after the other, whatever becomes of them
 * @returns {Promise<string[]>} names of those that failed
 */
async function runLane(steps) {
  const failed = [];
  for (const { name, ...tool } of steps) {
    const startedAt = performance.now();
    const exitCode = await runTool({ ...tool, output: 'on-failure' });
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    say(`${exitCode === 0 ? '✓' : '✗'} ${name} (${seconds} s)`);
    if (exitCode !== 0) failed.push(name);
  }
  return failed;
}

/**
 * @param {string} project
 * @param {string} name
 * @returns {Step}
 */
function typesOf(project, name) {
  const cache = `node_modules/.cache/tsc/${project}.tsbuildinfo`;
  return {
    name,
    packageName: 'typescript',
    command: 'tsc',
    args: ['-p', `tsconfig.${project}.json`, '--incremental', '--tsBuildInfoFile', cache],
  };
}
