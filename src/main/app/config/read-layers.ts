import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse as parseEnvFile } from 'dotenv';
import { OperatorError } from '../../../shared/domain/operator-error.ts';
import { type FoundValue, type Layer, parseValue } from './layers.ts';
import { definitionOf, isSettingName, SETTING_NAMES, type SettingName } from './settings.ts';
import type { ConfigurationRequest } from './types.ts';

/** Variables by name, as a process or a `.env` file gives them. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** What the operator gave on the command line. @throws {CONFIG_INVALID} for a name that no flag sets. */
export function flagLayer(request: ConfigurationRequest): Layer {
  const layer = new Map<SettingName, FoundValue>();
  for (const [name, text] of Object.entries(request.flags)) {
    if (name === 'target') continue;
    // A secret in argv is readable by every user of the machine and stays in the shell's history.
    if (!isSettingName(name) || definitionOf(name).secret) {
      throw new OperatorError('CONFIG_INVALID', {
        message: `${name} cannot be given as a flag.`,
        hint: 'Give secrets in the environment, in .env, or as an env:NAME reference in the config file.',
        details: { setting: name, origin: 'flag' },
      });
    }
    const origin = `--${flagOf(name)}`;
    layer.set(name, parseValue({ name, text, source: 'flag', origin, folder: request.cwd }));
  }
  // Naming a D1 file is choosing D1, whatever the environment says for other commands.
  if (layer.has('D1_LOCAL_PATH')) {
    layer.set('USE_D1_DATABASE', { value: 'true', source: 'flag', origin: '--d1-path' });
  }
  return layer;
}

/** What the environment says. Empty variables count as not set. */
export function environmentLayer(request: ConfigurationRequest): Layer {
  return variablesLayer(request.env, { source: 'environment', folder: request.cwd });
}

/** Variables of the `.env` file in `cwd`; none when there is no such file. @throws {CONFIG_INVALID} when it cannot be read. */
export async function readEnvFile(cwd: string): Promise<Variables> {
  const path = join(cwd, '.env');
  try {
    return parseEnvFile(await readFile(path, 'utf8'));
  } catch (error) {
    if (isAbsent(error)) return {};
    throw new OperatorError('CONFIG_INVALID', {
      message: `The file ${path} exists but could not be read.`,
      hint: 'Make it readable for this user, or remove it.',
      details: { origin: path },
      cause: error,
    });
  }
}

/** What the `.env` file in `cwd` says about settings. */
export function envFileLayer(variables: Variables, cwd: string): Layer {
  return variablesLayer(variables, { source: 'env-file', folder: cwd });
}

/** Whether a file error says that there is no such file. */
export function isAbsent(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

function variablesLayer(
  variables: Variables,
  place: { readonly source: 'environment' | 'env-file'; readonly folder: string },
): Layer {
  const layer = new Map<SettingName, FoundValue>();
  for (const name of SETTING_NAMES) {
    const text = variables[name];
    if (text === undefined || text.trim() === '') continue;
    const origin = place.source === 'environment' ? `$${name}` : join(place.folder, '.env');
    layer.set(name, parseValue({ name, text, origin, ...place }));
  }
  return layer;
}

const flagNames: Partial<Record<SettingName, string>> = {
  D1_LOCAL_PATH: 'd1-path',
  R2_BUCKET_NAME: 'bucket',
  R2_ENDPOINT: 'endpoint',
  UNWIND_ORIGINALS: 'originals',
  UNWIND_HOME: 'home',
};

function flagOf(name: SettingName): string {
  return flagNames[name] ?? name;
}
