import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ConfigValue } from '../../../shared/contract/target.ts';
import { OperatorError } from '../../../shared/domain/operator-error.ts';
import { definitionOf, isHttpUrl, type SettingName } from './settings.ts';

/** A setting as it was found: its value and where that came from. */
export interface FoundValue {
  /** `null`: a reference to a variable that is not set. */
  readonly value: string | null;
  readonly source: ConfigValue['source'];
  readonly origin: string | null;
}

/** Values from one place, checked and with absolute paths. */
export type Layer = ReadonlyMap<SettingName, FoundValue>;

/** A raw value on its way into a layer. */
export interface RawValue {
  readonly name: SettingName;
  readonly text: string;
  readonly source: ConfigValue['source'];
  /** The variable, flag or file, for people. */
  readonly origin: string;
  /** Relative paths are resolved under this folder. */
  readonly folder: string;
}

/**
 * Checks a value and makes its path absolute.
 * @throws {CONFIG_INVALID} naming the setting, where it stands and what is allowed; never a secret.
 */
export function parseValue(raw: RawValue): FoundValue {
  const definition = definitionOf(raw.name);
  const parsed = definition.schema.safeParse(raw.text.trim());
  if (!parsed.success) {
    const shown = definition.secret || /[@?]/.test(raw.text) ? 'a value' : `"${raw.text}"`;
    throw new OperatorError('CONFIG_INVALID', {
      message: `${raw.name} from ${raw.origin} is ${shown}, which is not ${definition.allowed}.`,
      hint: `Set ${raw.name} to ${definition.allowed}.`,
      details: { setting: raw.name, origin: raw.origin, allowed: definition.allowed },
    });
  }
  return { value: absolute(raw, parsed.data), source: raw.source, origin: raw.origin };
}

/** The first of the layers that says something about a setting. */
export function pick(name: SettingName, layers: readonly Layer[]): FoundValue | undefined {
  for (const layer of layers) {
    const found = layer.get(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function absolute(raw: RawValue, value: string): string {
  const { path } = definitionOf(raw.name);
  if (path === 'none' || (path === 'path-or-url' && isHttpUrl(value))) return value;
  if (path === 'path-or-system' && value === 'system') return value;
  if (value === '~' || value.startsWith('~/')) return join(homedir(), value.slice(1));
  return resolve(raw.folder, value);
}
