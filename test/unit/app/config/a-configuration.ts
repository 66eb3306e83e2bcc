import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Configuration, loadConfiguration } from '../../../../src/main/app/config.ts';

interface Given {
  readonly env?: Record<string, string>;
  readonly flags?: Record<string, string>;
  /** Files to write under the working folder, by relative path. */
  readonly files?: Record<string, string>;
  readonly configFile?: string;
}

/** Loads a configuration in a working folder of its own; its workspace is `<cwd>/home` unless something says otherwise. */
export async function aConfiguration(
  given: Given,
): Promise<{ readonly configuration: Configuration; readonly cwd: string }> {
  const cwd = await aFolder();
  for (const [name, text] of Object.entries(given.files ?? {})) {
    await mkdir(dirname(join(cwd, name)), { recursive: true });
    await writeFile(join(cwd, name), text);
  }
  const configuration = await loadConfiguration({
    env: { UNWIND_HOME: join(cwd, 'home'), ...given.env },
    cwd,
    flags: given.flags ?? {},
    configFile: given.configFile,
  });
  return { configuration, cwd };
}

/** The error that loading ends with. */
export async function aConfigurationError(given: Given): Promise<unknown> {
  return aConfiguration(given).then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** What `config show` would say of one setting. */
export function shownValue(configuration: Configuration, name: string, target?: string): unknown {
  return configuration.show(target).find((value) => value.name === name);
}

async function aFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'unwind-config-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
