import { join } from 'node:path';
import envPaths from 'env-paths';
import { OperatorError } from '../../../shared/domain/operator-error.ts';
import { type ConfigFile, firstPlace, type References, readConfigFile } from './config-file.ts';
import { readKeptTargets, withDraft } from './kept-targets.ts';
import { type FoundValue, type Layer, pick } from './layers.ts';
import { libpqLayer } from './libpq-layer.ts';
import { withPassword } from './password-file.ts';
import { envFileLayer, environmentLayer, flagLayer, readEnvFile } from './read-layers.ts';
import { type ResolvedTarget, resolveTargets } from './resolve-targets.ts';
import { NO_SECRETS, type SecretSource, secretsIn } from './secret-source.ts';
import { secretValuesOf, toConfigValues } from './secrets.ts';
import { definitionOf, LogLevel, SETTING_NAMES, type SettingName } from './settings.ts';
import { toTargetSettings, withTargetDefaults } from './target-settings.ts';
import type { Configuration, ConfigurationRequest } from './types.ts';

/**
 * Reads the configuration: flag, then environment, then `.env`, then config file, then libpq's variables and files (for PostgreSQL), then
 * default. Changes nothing, not even `process.env`, and opens no target.
 *
 * @throws {CONFIG_INVALID} a value that is not allowed, with its setting and origin.
 * @throws {CONFIG_MISSING} the file that `--config` names is not there.
 * @throws {CONFIG_SECRET_IN_FILE} a secret stands in a config file.
 */
export async function loadConfiguration(request: ConfigurationRequest): Promise<Configuration> {
  const envFile = await readEnvFile(request.cwd);
  const variables = { ...envFile, ...setVariables(request.env) };
  const flags = flagLayer(request);
  const above = [environmentLayer(request), envFileLayer(envFile, request.cwd)];

  const home = homeFrom([flags, ...above]);
  const references: References = {
    variables,
    vault: secretsOf(request, home.value, pick('UNWIND_VAULT_PASSPHRASE_FILE', [flags, ...above])),
  };
  const file = await findConfigFile({ request, home: home.value, references });
  const kept = await readKeptTargets(home.value, references);
  const managed = request.draft === undefined ? kept : withDraft(kept, request.draft, home.value);
  const own = file === undefined ? above : [...above, file.flat];
  const shared = [...own, await libpqLayer(request, [flags, ...own], envFile)];
  const all = [flags, ...shared];

  const workspace = workspaceValues(all);
  const resolved = resolveTargets({
    flags,
    shared,
    named: file?.targets ?? NO_TARGETS,
    managed,
    chosen: request.flags.target,
  });
  const targets = await Promise.all(
    resolved.map((target) => withPassword(withTargetDefaults(target, request.cwd), variables)),
  );

  return {
    workspacePath: workspace.home,
    logLevel: workspace.logLevel,
    targets: targets.map(toTargetSettings),
    defaultTarget: targets[0]?.name ?? null,
    show: (targetName) =>
      showValues({ targets, targetName, workspace: workspace.values, fallback: all }),
    secretValues: secretValuesOf([...targets.map((target) => target.values), ...shared]),
  };
}

const NO_TARGETS: ReadonlyMap<string, Layer> = new Map();

function secretsOf(
  request: ConfigurationRequest,
  home: string,
  passphraseFile: FoundValue | undefined,
): SecretSource {
  if (request.vaultIn === undefined) return NO_SECRETS;
  return secretsIn(request.vaultIn(home), passphraseFile?.value ?? null);
}

/** The workspace folder when nothing names one: the platform's data folder for this user. */
function homeFrom(layers: readonly Layer[]): FoundValue & { readonly value: string } {
  const found = pick('UNWIND_HOME', layers);
  if (found !== undefined && found.value !== null) return { ...found, value: found.value };
  return { value: envPaths('unwind', { suffix: '' }).data, source: 'default', origin: null };
}

async function findConfigFile(search: {
  readonly request: ConfigurationRequest;
  readonly home: string;
  readonly references: References;
}): Promise<ConfigFile | undefined> {
  const first = firstPlace(search.request.cwd, search.request.configFile);
  const found = await readConfigFile(first, search.references);
  if (found !== undefined) return found;
  const path = join(search.home, 'config.yaml');
  const inHome = await readConfigFile({ path, presence: 'optional' }, search.references);
  if (inHome?.flat.has('UNWIND_HOME') === true) {
    throw new OperatorError('CONFIG_INVALID', {
      message: `UNWIND_HOME from ${path} would move the folder that this file was found in.`,
      hint: 'Set UNWIND_HOME in the environment, in .env or in unwind.yaml.',
      details: { setting: 'UNWIND_HOME', origin: path },
    });
  }
  return inHome;
}

interface WorkspaceValues {
  readonly home: string;
  readonly logLevel: LogLevel;
  readonly values: Layer;
}

function workspaceValues(layers: readonly Layer[]): WorkspaceValues {
  const home = homeFrom(layers);
  const logLevel: FoundValue = pick('LOG_LEVEL', layers) ?? {
    value: 'INFO',
    source: 'default',
    origin: null,
  };
  const values = new Map<SettingName, FoundValue>([
    ['UNWIND_HOME', home],
    ['LOG_LEVEL', logLevel],
  ]);
  for (const name of ['UNWIND_TARGET', 'UNWIND_VAULT_PASSPHRASE_FILE'] as const) {
    const found = pick(name, layers);
    if (found !== undefined) values.set(name, found);
  }
  return { home: home.value, logLevel: LogLevel.catch('INFO').parse(logLevel.value), values };
}

function showValues(request: {
  readonly targets: readonly ResolvedTarget[];
  readonly targetName: string | undefined;
  readonly workspace: Layer;
  readonly fallback: readonly Layer[];
}): ReturnType<Configuration['show']> {
  const { targets, targetName } = request;
  const target =
    targetName === undefined ? targets[0] : targets.find((each) => each.name === targetName);
  if (target === undefined && targetName !== undefined) {
    throw new OperatorError('TARGET_NOT_FOUND', {
      message: `No target called "${targetName}" is configured.`,
      hint: 'Choose one of the configured targets with --target, or add it to the config file.',
      details: { target: targetName, configured: targets.map((each) => each.name) },
    });
  }
  return toConfigValues(
    new Map([...(target?.values ?? looseValues(request.fallback)), ...request.workspace]),
  );
}

/** What is set although no target comes of it: worth showing to someone who wonders why there is none. */
function looseValues(layers: readonly Layer[]): Layer {
  const values = new Map<SettingName, FoundValue>();
  for (const name of SETTING_NAMES) {
    const found = pick(name, layers);
    if (found !== undefined && definitionOf(name).scope !== 'workspace') values.set(name, found);
  }
  return values;
}

function setVariables(env: ConfigurationRequest['env']): Record<string, string> {
  const set: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && value.trim() !== '') set[name] = value;
  }
  return set;
}
