import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parse as parseYaml, YAMLParseError } from 'yaml';
import { z } from 'zod';
import { OperatorError } from '../../../shared/domain/operator-error.ts';
import { type FoundValue, type Layer, parseValue } from './layers.ts';
import { isAbsent, type Variables } from './read-layers.ts';
import { definitionOf, isSettingName, SETTING_NAMES, type SettingName } from './settings.ts';

/** A config file that was read: its flat settings and its named targets. */
export interface ConfigFile {
  readonly flat: Layer;
  readonly targets: ReadonlyMap<string, Layer>;
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
const reference = /^env:([A-Za-z_][A-Za-z0-9_]*)$/;

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
  variables: Variables,
): Promise<ConfigFile | undefined> {
  const text = await readText(place);
  if (text === undefined) return undefined;
  const shape = parseShape(text, place.path);
  const { targets, ...flat } = shape;
  return {
    flat: toLayer(flat, { path: place.path, inside: '', variables }),
    targets: toTargets(targets, place.path, variables),
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

function toTargets(
  targets: z.infer<typeof FileShape>[string] | undefined,
  path: string,
  variables: Variables,
): ReadonlyMap<string, Layer> {
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
    layers.set(name, toLayer(values, { path, inside: `targets.${name}`, variables }));
  }
  return layers;
}

interface FilePosition {
  readonly path: string;
  /** `targets.<name>`, or empty for the flat part. */
  readonly inside: string;
  readonly variables: Variables;
}

function toLayer(values: Readonly<Record<string, unknown>>, at: FilePosition): Layer {
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
    layer.set(name, readValue({ name, text: String(scalar.data), where, at }));
  }
  return layer;
}

function readValue(entry: {
  readonly name: SettingName;
  readonly text: string;
  readonly where: string;
  readonly at: FilePosition;
}): FoundValue {
  const { name, text, where, at } = entry;
  const variable = reference.exec(text)?.[1];
  if (variable === undefined) refuseSecret(name, text, where);
  const found = variable === undefined ? text : at.variables[variable];
  const origin = variable === undefined ? where : `${where}, $${variable}`;
  if (found === undefined || found.trim() === '') {
    return { value: null, source: 'not-set', origin: `${origin} (not set)` };
  }
  return parseValue({ name, text: found, source: 'config-file', origin, folder: dirname(at.path) });
}

function refuseSecret(name: SettingName, text: string, where: string): void {
  const secretInUrl = name === 'R2_ENDPOINT' && URL.canParse(text) && new URL(text).password !== '';
  if (!definitionOf(name).secret && !secretInUrl) return;
  throw new OperatorError('CONFIG_SECRET_IN_FILE', {
    message: `${where} holds the value of ${name} itself. Secrets do not belong into a config file.`,
    hint: `Write "${name}: env:NAME" and set the variable NAME in the environment. Consider the secret exposed: replace it.`,
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
