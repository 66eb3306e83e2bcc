import { join } from 'node:path';
import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { DatabaseKind } from '../../../shared/domain/target.ts';
import type { FoundValue, Layer } from './layers.ts';
import type { ResolvedTarget } from './resolve-targets.ts';
import { Jurisdiction, type SettingName } from './settings.ts';
import type { PostgresSettings, TargetSettings } from './types.ts';

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
    byDefault('POSTGRES_HOST', 'localhost');
    byDefault('POSTGRES_PORT', '5432');
  }
  return { name: target.name, values };
}

/** Gives a resolved target, defaults included, its types. */
export function toTargetSettings(target: ResolvedTarget): TargetSettings {
  const text = (name: SettingName): string | null => target.values.get(name)?.value ?? null;
  const isD1 = text('USE_D1_DATABASE') === 'true';
  return {
    name: target.name,
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
    postgres: isD1 ? null : toPostgres(target.values),
  };
}

function toPostgres(values: Layer): PostgresSettings {
  const text = (name: SettingName): string | null => values.get(name)?.value ?? null;
  return {
    host: text('POSTGRES_HOST') ?? 'localhost',
    port: Number(text('POSTGRES_PORT') ?? '5432'),
    database: text('POSTGRES_DB'),
    user: text('POSTGRES_USER'),
    password: text('POSTGRES_PASSWORD'),
  };
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
