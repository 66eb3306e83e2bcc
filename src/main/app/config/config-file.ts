import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parse as parseYaml, YAMLParseError } from 'yaml';
import { z } from 'zod';
import { OperatorError } from '../../../shared/domain/operator-error.ts';
import { type FoundValue, type Layer, parseValue } from './layers.ts';
import { isAbsent, type Variables } from './read-layers.ts';
import type { SecretSource } from './secret-source.ts';
import { definitionOf, isSettingName, SETTING_NAMES, type SettingName } from './settings.ts';

/** A config file that was read: its flat settings and its named targets. */
export interface ConfigFile {
  readonly flat: Layer;
  readonly targets: ReadonlyMap<string, Layer>;
}

/** What values in a file may refer to: variables (`env:NAME`) and entries of the vault (`vault:NAME`). */
export interface References {
  readonly variables: Variables;
  readonly vault: SecretSource;
}

/** A file to look for, and whether it must be there. */
export interface ConfigFilePlace {
  readonly path: string;
  readonly presence: 'required' | 'optional';
}

const Scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const FileShape = z.record(
  z.string(),
  z.union([Scalar, z.record(z.string(), z.record(z.string(), Scalar))]),
);
const targetName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const reference = /^(env|vault):(.+)$/;
const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** The file that `--config` names, or the usual first one: `unwind.yaml` in `cwd`. */
export function firstPlace(cwd: string, configFile: string | undefined): ConfigFilePlace {
  return configFile === undefined
    ? { path: join(cwd, 'unwind.yaml'), presence: 'optional' }
    : { path: resolve(cwd, configFile), presence: 'required' };
}

/**
 * Reads a config file; `undefined` when an optional one is not there.
 * @throws {CONFIG_MISSING} a required file is not there.
 * @throws {CONFIG_INVALID} it is not YAML of the expected shape, or a value is not allowed.
 * @throws {CONFIG_SECRET_IN_FILE} a secret stands in it as it is, not as an `env:NAME` reference.
 */
export async function readConfigFile(
  place: ConfigFilePlace,
  references: References,
): Promise<ConfigFile | undefined> {
  const text = await readText(place);
  if (text === undefined) return undefined;
  const shape = parseShape(text, place.path);
  const { targets, ...flat } = shape;
  return {
    flat: await toLayer(flat, { path: place.path, inside: '', references }),
    targets: await toTargets(targets, place.path, references),
  };
}

async function readText(place: ConfigFilePlace): Promise<string | undefined> {
  try {
    return await readFile(place.path, 'utf8');
  } catch (error) {
    if (isAbsent(error) && place.presence === 'optional') return undefined;
    throw new OperatorError(isAbsent(error) ? 'CONFIG_MISSING' : 'CONFIG_INVALID', {
      message: isAbsent(error)
        ? `The config file ${place.path} does not exist.`
        : `The config file ${place.path} could not be read.`,
      hint: 'Name a readable YAML file with --config, or leave --config out.',
      details: { origin: place.path },
      cause: error,
    });
  }
}

function parseShape(text: string, path: string): z.infer<typeof FileShape> {
  let content: unknown;
  try {
    content = parseYaml(text) ?? {};
  } catch (error) {
    // The parser's own message quotes the line, and the line may hold a secret: only the position is told.
    const line = error instanceof YAMLParseError ? error.linePos?.[0].line : undefined;
    throw invalid(path, `is not valid YAML${line === undefined ? '' : ` (line ${String(line)})`}`);
  }
  const parsed = FileShape.safeParse(content);
  if (!parsed.success) {
    throw invalid(path, 'is not a map of setting names to values with an optional map "targets"');
  }
  return parsed.data;
}

async function toTargets(
  targets: z.infer<typeof FileShape>[string] | undefined,
  path: string,
  references: References,
): Promise<ReadonlyMap<string, Layer>> {
  const layers = new Map<string, Layer>();
  if (targets === undefined || targets === null) return layers;
  if (typeof targets !== 'object') throw invalid(path, 'has "targets", which is not a map');
  for (const [name, values] of Object.entries(targets)) {
    if (!targetName.test(name) || name === 'sandbox') {
      throw invalid(
        path,
        `names a target "${name}": a name is up to 64 letters, digits, dots, _ and -, and "sandbox" is taken`,
      );
    }
    layers.set(name, await toLayer(values, { path, inside: `targets.${name}`, references }));
  }
  return layers;
}

interface FilePosition {
  readonly path: string;
  /** `targets.<name>`, or empty for the flat part. */
  readonly inside: string;
  readonly references: References;
}

async function toLayer(
  values: Readonly<Record<string, unknown>>,
  at: FilePosition,
): Promise<Layer> {
  const layer = new Map<SettingName, FoundValue>();
  const where = at.inside === '' ? at.path : `${at.path} (${at.inside})`;
  for (const [name, value] of Object.entries(values)) {
    const scalar = Scalar.safeParse(value);
    if (!isSettingName(name) || !scalar.success) {
      throw invalid(
        where,
        `holds "${name}", which is not a setting; settings are ${SETTING_NAMES.join(', ')}`,
      );
    }
    if (at.inside !== '' && definitionOf(name).scope === 'workspace') {
      throw invalid(where, `holds "${name}", which belongs to the whole file, not to one target`);
    }
    if (scalar.data === null || scalar.data === '') continue;
    layer.set(name, await readValue({ name, text: String(scalar.data), where, at }));
  }
  return layer;
}

async function readValue(entry: {
  readonly name: SettingName;
  readonly text: string;
  readonly where: string;
  readonly at: FilePosition;
}): Promise<FoundValue> {
  const { name, text, where, at } = entry;
  const folder = dirname(at.path);
  const [, kind, referred = ''] = reference.exec(text) ?? [];
  if (kind === 'vault') {
    const secret = await at.references.vault.valueOf(referred);
    const origin = `${where}, vault entry ${referred}`;
    if (secret === undefined) return { value: null, source: 'vault', origin: `${origin} (shut)` };
    return parseValue({ name, text: secret, source: 'vault', origin, folder });
  }
  const isVariable = kind === 'env' && variableName.test(referred);
  if (!isVariable) refuseSecret(name, text, where);
  const found = isVariable ? at.references.variables[referred] : text;
  const origin = isVariable ? `${where}, $${referred}` : where;
  if (found === undefined || found.trim() === '') {
    return { value: null, source: 'not-set', origin: `${origin} (not set)` };
  }
  return parseValue({ name, text: found, source: 'config-file', origin, folder });
}

function refuseSecret(name: SettingName, text: string, where: string): void {
  const secretInUrl = name === 'R2_ENDPOINT' && URL.canParse(text) && new URL(text).password !== '';
  if (!definitionOf(name).secret && !secretInUrl) return;
  throw new OperatorError('CONFIG_SECRET_IN_FILE', {
    message: `${where} holds the value of ${name} itself. Secrets do not belong into a config file.`,
    hint: `Write "${name}: env:NAME" and set the variable NAME in the environment, or keep it in the vault (console, page Targets). Consider the secret exposed: replace it.`,
    details: { setting: name, origin: where },
  });
}

function invalid(path: string, what: string): OperatorError {
  return new OperatorError('CONFIG_INVALID', {
    message: `The config file ${path} ${what}.`,
    hint: 'Correct the file; docs/cli.md shows one.',
    details: { origin: path },
  });
}
