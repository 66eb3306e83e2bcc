import { join } from 'node:path';
import { OperatorError } from '../../../shared/domain/operator-error.ts';
import { type DatabaseKind, Environment, GuardLevel } from '../../../shared/domain/target.ts';
import type { BlastRadiusLimits, Limit } from '../../core/ports/blast-radius-limits.ts';
import type { TargetGuard } from '../../core/ports/target-guard.ts';
import { parseByteSize } from './byte-size.ts';
import type { FoundValue, Layer } from './layers.ts';
import { toPostgresSettings, withPostgresDefaults } from './postgres-settings.ts';
import type { ResolvedTarget } from './resolve-targets.ts';
import { Jurisdiction, type SettingName } from './settings.ts';
import type { TargetSettings } from './types.ts';

/** Where wrangler keeps local D1 files; the default that the reference gives. */
const wranglerFiles = '.wrangler/state/v3/d1/miniflare-D1DatabaseObject/*.sqlite';

/**
 * Adds the defaults that depend on which database a target has. `cwd` is what the default path of D1 is relative to.
 * @throws {CONFIG_INVALID} when D1 and PostgreSQL are both configured and nothing says which.
 */
export function withTargetDefaults(target: ResolvedTarget, cwd: string): ResolvedTarget {
  const values = new Map<SettingName, FoundValue>(target.values);
  const byDefault = (name: SettingName, value: string): void => {
    if (!values.has(name)) values.set(name, { value, source: 'default', origin: null });
  };
  const kind = databaseKindOf(target);
  byDefault('USE_D1_DATABASE', kind === 'd1' ? 'true' : 'false');
  byDefault('R2_JURISDICTION', 'default');
  if (kind === 'd1') {
    byDefault('D1_LOCAL_PATH', join(cwd, wranglerFiles));
  } else {
    return { ...target, values: withPostgresDefaults(values) };
  }
  return { ...target, values };
}

/** Gives a resolved target, defaults included, its types. */
export function toTargetSettings(target: ResolvedTarget): TargetSettings {
  const text = (name: SettingName): string | null => target.values.get(name)?.value ?? null;
  const isD1 = text('USE_D1_DATABASE') === 'true';
  return {
    name: target.name,
    isManaged: target.isManaged,
    shutSecrets: [...target.values].flatMap(([name, { value, source }]) =>
      source === 'vault' && value === null ? [name] : [],
    ),
    databaseKind: isD1 ? 'd1' : 'postgres',
    d1Path: isD1 ? text('D1_LOCAL_PATH') : null,
    bucket: text('R2_BUCKET_NAME'),
    endpoint: text('R2_ENDPOINT'),
    accountId: text('CLOUDFLARE_ACCOUNT_ID'),
    apiToken: text('CLOUDFLARE_API_TOKEN'),
    accessKeyId: text('R2_ACCESS_KEY_ID'),
    secretAccessKey: text('R2_SECRET_ACCESS_KEY'),
    jurisdiction: Jurisdiction.catch('default').parse(text('R2_JURISDICTION')),
    originals: text('UNWIND_ORIGINALS'),
    mappingPath: text('UNWIND_MAPPING'),
    limits: toLimits(target.values),
    guard: toGuard(target),
    postgres: isD1 ? null : toPostgresSettings(target.name, target.values),
  };
}

function toLimits(values: Layer): BlastRadiusLimits {
  const limit = (
    setting: SettingName,
    parse: (text: string) => number | undefined,
  ): Limit | null => {
    const found = values.get(setting);
    if (found === undefined) return null;
    const most = parse(found.value ?? '');
    // A limit that points at a variable which is not set is not "no limit".
    if (most === undefined || Number.isNaN(most)) throw withoutValue(setting, found);
    return { most, setting, origin: found.origin ?? setting };
  };
  return {
    files: limit('UNWIND_MAX_FILES', Number.parseFloat),
    bytes: limit('UNWIND_MAX_BYTES', parseByteSize),
    percent: limit('UNWIND_MAX_PERCENT', Number.parseFloat),
  };
}

/** @throws {CONFIG_INVALID} production without a typed phrase, or a setting that points at a variable which is not set. */
function toGuard({ name, values }: ResolvedTarget): TargetGuard {
  for (const setting of ['UNWIND_ENVIRONMENT', 'UNWIND_GUARD'] as const) {
    const found = values.get(setting);
    // A guard that points at a variable which is not set is not "no guard".
    if (found?.value === null) throw withoutValue(setting, found);
  }
  const environment = Environment.catch('unnamed').parse(values.get('UNWIND_ENVIRONMENT')?.value);
  const level = GuardLevel.catch('phrase').parse(values.get('UNWIND_GUARD')?.value);
  const origin = values.get('UNWIND_GUARD')?.origin ?? null;
  if (environment === 'production' && (level === 'confirm' || level === 'silent')) {
    throw new OperatorError('CONFIG_INVALID', {
      message: `UNWIND_GUARD from ${origin ?? 'the configuration'} is ${level}, and the target "${name}" is production.`,
      hint: 'Set UNWIND_GUARD to phrase or read-only: what changes production is typed.',
      details: { setting: 'UNWIND_GUARD', origin, target: name },
    });
  }
  return { environment, level, origin };
}

function withoutValue(setting: SettingName, found: FoundValue): OperatorError {
  return new OperatorError('CONFIG_INVALID', {
    message: `${setting} from ${found.origin ?? 'the configuration'} has no value.`,
    hint: `Set the variable that it refers to, or give ${setting} a value.`,
    details: { setting, origin: found.origin },
  });
}

function databaseKindOf(target: ResolvedTarget): DatabaseKind {
  const said = target.values.get('USE_D1_DATABASE')?.value;
  if (said !== undefined && said !== null) return said === 'true' ? 'd1' : 'postgres';
  const d1 = target.values.get('D1_LOCAL_PATH');
  const postgres = target.values.get('POSTGRES_HOST') ?? target.values.get('POSTGRES_DB');
  if (d1 !== undefined && postgres !== undefined) {
    // A guess here would roll back in the wrong database.
    throw new OperatorError('CONFIG_INVALID', {
      message: `The target "${target.name}" has a D1 path (${d1.origin ?? ''}) and PostgreSQL settings (${postgres.origin ?? ''}), and nothing says which database it is.`,
      hint: 'Set USE_D1_DATABASE to true (D1) or false (PostgreSQL).',
      details: { setting: 'USE_D1_DATABASE', target: target.name },
    });
  }
  return postgres === undefined ? 'd1' : 'postgres';
}
