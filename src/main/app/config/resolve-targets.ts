import { OperatorError } from '../../../shared/domain/operator-error.ts';
import { type FoundValue, type Layer, pick } from './layers.ts';
import { definitionOf, SETTING_NAMES, type SettingName } from './settings.ts';

/** A target's settings before they are given their types. */
export interface ResolvedTarget {
  readonly name: string;
  readonly isManaged: boolean;
  readonly values: Layer;
}

/** The layers in order of precedence, and what the operator chose. */
export interface LayerStack {
  readonly flags: Layer;
  /** Environment, `.env`, flat part of the config file: the first that says something wins. */
  readonly shared: readonly Layer[];
  /** Targets of the config file, in its order. */
  readonly named: ReadonlyMap<string, Layer>;
  /** Targets that were entered in the console. */
  readonly managed: ReadonlyMap<string, Layer>;
  /** What `--target` names. */
  readonly chosen: string | undefined;
}

const sandboxName = 'sandbox';
const credentialNames: readonly SettingName[] = [
  'CLOUDFLARE_API_TOKEN',
  'R2_ACCESS_KEY_ID',
  'R2_SECRET_ACCESS_KEY',
];

/**
 * Lists the targets, the default first: the one that the shared layers describe, if they name a database, then the named ones.
 *
 * A named target takes the settings that say *what* it is only from its own map: a stray `R2_BUCKET_NAME` in the environment
 * must not point every target at one bucket. Flags override the target that is chosen, and no other.
 * @throws {CONFIG_INVALID} two targets of one name, or flags for the sandbox.
 */
export function resolveTargets(stack: LayerStack): readonly ResolvedTarget[] {
  const both = [...stack.managed.keys()].find((name) => stack.named.has(name));
  if (both !== undefined) throw namedTwice(both);
  const named = new Map([...stack.named, ...stack.managed]);
  const sharedName = pick('UNWIND_TARGET', stack.shared)?.value ?? undefined;
  const flagged = withFlags(stack, named, sharedName);
  const resolved: ResolvedTarget[] = [];
  if (flagged.sharedHasDatabase) {
    resolved.push({
      name: uniqueName(sharedName ?? 'default', named),
      isManaged: false,
      values: flagged.sharedValues,
    });
  }
  for (const [name, own] of named) {
    const layers = name === flagged.receiver ? [stack.flags, own] : [own];
    const isManaged = stack.managed.has(name);
    resolved.push({ name, isManaged, values: namedValues(layers, stack.shared) });
  }
  const preferred = resolved.findIndex((target) => target.name === sharedName);
  return preferred <= 0 ? resolved : [...resolved.splice(preferred, 1), ...resolved];
}

interface FlaggedShared {
  readonly sharedValues: Layer;
  readonly sharedHasDatabase: boolean;
  /** The named target that the flags belong to; `undefined` when they belong to the shared one. */
  readonly receiver: string | undefined;
}

function withFlags(
  stack: LayerStack,
  named: ReadonlyMap<string, Layer>,
  sharedName: string | undefined,
): FlaggedShared {
  const overriding = [...stack.flags.keys()].filter(
    (name) => definitionOf(name).scope !== 'workspace',
  );
  const unflagged = merge(stack.shared);
  if (stack.chosen === sandboxName && overriding.length > 0) {
    throw new OperatorError('CONFIG_INVALID', {
      message: `The target "sandbox" cannot be changed by flags (${overriding.join(', ')}): its database, bucket and originals belong together.`,
      hint: 'Leave the flags out, or leave --target sandbox out.',
      details: { settings: overriding },
    });
  }
  const firstNamed = named.has(sharedName ?? '') ? sharedName : [...named.keys()][0];
  const flaggedShared = merge([stack.flags, ...stack.shared]);
  const receiver =
    stack.chosen === undefined
      ? hasDatabase(flaggedShared)
        ? undefined
        : firstNamed
      : named.has(stack.chosen)
        ? stack.chosen
        : undefined;
  const values = receiver === undefined ? flaggedShared : unflagged;
  return { sharedValues: values, sharedHasDatabase: hasDatabase(values), receiver };
}

function merge(layers: readonly Layer[]): Layer {
  const merged = new Map<SettingName, FoundValue>();
  for (const name of SETTING_NAMES) {
    const found = pick(name, layers);
    if (found !== undefined) merged.set(name, found);
  }
  return merged;
}

function namedValues(own: readonly Layer[], shared: readonly Layer[]): Layer {
  const merged = new Map(merge(own));
  // Half a key pair of the target's own with half a pair from elsewhere would only look like credentials.
  const ownCredentials = credentialNames.some((name) => merged.has(name));
  for (const name of SETTING_NAMES) {
    if (definitionOf(name).scope !== 'account' || merged.has(name)) continue;
    if (ownCredentials && credentialNames.includes(name)) continue;
    const found = pick(name, shared);
    if (found !== undefined) merged.set(name, found);
  }
  return merged;
}

/** `USE_D1_DATABASE: false` alone is the reference's default and names no database. */
function hasDatabase(values: Layer): boolean {
  const said = values.get('USE_D1_DATABASE')?.value;
  const postgres = values.has('POSTGRES_HOST') || values.has('POSTGRES_DB');
  return said === 'false' ? postgres : said === 'true' || values.has('D1_LOCAL_PATH') || postgres;
}

function namedTwice(name: string): OperatorError {
  return new OperatorError('CONFIG_INVALID', {
    message: `Two targets are called "${name}": one of the config file, and one that was entered in the console.`,
    hint: 'Give one of them another name: in the config file, or in targets.yaml of the workspace.',
    details: { target: name },
  });
}

function uniqueName(name: string, named: ReadonlyMap<string, Layer>): string {
  if (!named.has(name) && name !== sandboxName) return name;
  throw new OperatorError('CONFIG_INVALID', {
    message: `Two targets are called "${name}": the one that the environment describes, and ${name === sandboxName ? 'the sandbox' : 'one of the config file'}.`,
    hint: 'Give UNWIND_TARGET another name, or take the database settings out of the environment.',
    details: { target: name },
  });
}
