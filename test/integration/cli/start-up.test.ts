import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { runCli, startCli } from './spawn-cli.ts';

async function aFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'unwind-cli-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

describe('start of the CLI', () => {
  test.each(['--help', 'rollback --help', '--version', 'stauts'])(
    'loads none of the heavy modules for: %s',
    async (line) => {
      const list = join(await aFolder(), 'modules.txt');
      const recorder = pathToFileURL(
        join(import.meta.dirname, '../../support/cli/record-modules-child.ts'),
      ).href;

      await runCli(line.split(' '), {
        nodeOptions: ['--import', recorder],
        env: { MODULE_LIST: list },
      });

      const modules = await readFile(list, 'utf8');
      expect(modules).toContain('commander');
      expect(modules).not.toMatch(/miniflare|aws-sdk|better-sqlite3|@orpc|app\/compose|\/zod\//);
    },
  );

  test('survives a reader that goes away', async () => {
    const { child, end } = startCli(['--help']);
    child.stdout.destroy();

    expect(await end).toMatchObject({ exitCode: 0, stderr: '' });
  });

  test('shows the workspace that --home names', async () => {
    const home = join(await aFolder(), 'work');

    const { stdout } = await runCli(['sandbox', 'path', '--home', home]);

    expect(stdout).toBe(`${join(home, 'sandbox')}\n`);
  });
});
