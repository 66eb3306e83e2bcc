import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OperatorError } from '../../../shared/domain/operator-error.ts';
import { type FoundValue, type Layer, parseValue, pick } from './layers.ts';
import { isAbsent, type Variables } from './read-layers.ts';
import type { SettingName } from './settings.ts';
import type { ConfigurationRequest } from './types.ts';

// What libpq's own variables and service files say, for the target that the environment describes and for no other: a named target would
// otherwise be pointed at the server of whatever shell it is used from.

const variableNames: readonly (readonly [string, SettingName])[] = [
  ['PGHOST', 'POSTGRES_HOST'],
  ['PGHOSTADDR', 'POSTGRES_HOST'],
  ['PGPORT', 'POSTGRES_PORT'],
  ['PGDATABASE', 'POSTGRES_DB'],
  ['PGUSER', 'POSTGRES_USER'],
  ['PGPASSWORD', 'POSTGRES_PASSWORD'],
  ['PGSSLMODE', 'POSTGRES_SSLMODE'],
  ['PGSSLROOTCERT', 'POSTGRES_SSLROOTCERT'],
  ['PGSSLCERT', 'POSTGRES_SSLCERT'],
  ['PGSSLKEY', 'POSTGRES_SSLKEY'],
  ['PGOPTIONS', 'POSTGRES_OPTIONS'],
  ['PGAPPNAME', 'POSTGRES_APPNAME'],
  ['PGCONNECT_TIMEOUT', 'POSTGRES_CONNECT_TIMEOUT'],
];

const serviceKeys: Readonly<Record<string, SettingName>> = {
  host: 'POSTGRES_HOST',
  hostaddr: 'POSTGRES_HOST',
  port: 'POSTGRES_PORT',
  dbname: 'POSTGRES_DB',
  user: 'POSTGRES_USER',
  password: 'POSTGRES_PASSWORD',
  passfile: 'POSTGRES_PASSFILE',
  sslmode: 'POSTGRES_SSLMODE',
  sslrootcert: 'POSTGRES_SSLROOTCERT',
  sslcert: 'POSTGRES_SSLCERT',
  sslkey: 'POSTGRES_SSLKEY',
  options: 'POSTGRES_OPTIONS',
  application_name: 'POSTGRES_APPNAME',
  connect_timeout: 'POSTGRES_CONNECT_TIMEOUT',
};

/**
 * The lowest layer of the target that the environment describes: service file, then PG* variables (as libpq orders them), then those of
 * `.env`. Empty unless `above` says that this target is a PostgreSQL database.
 * @throws {CONFIG_INVALID} PGSERVICE names a service that no file has, or a value is not allowed.
 */
export async function libpqLayer(
  request: ConfigurationRequest,
  above: readonly Layer[],
  envFile: Variables,
): Promise<Layer> {
  if (!isPostgres(above)) return new Map();
  const layer = new Map<SettingName, FoundValue>(await serviceLayer(request, envFile));
  const add = (variables: Variables, source: 'environment' | 'env-file'): void => {
    for (const [variable, name] of variableNames) {
      const text = variables[variable];
      if (text === undefined || text.trim() === '' || layer.has(name)) continue;
      const origin =
        source === 'environment' ? `$${variable}` : `${join(request.cwd, '.env')}, ${variable}`;
      layer.set(name, parse({ name, text, source, origin, folder: request.cwd }));
    }
  };
  add(request.env, 'environment');
  add(envFile, 'env-file');
  return layer;
}

function isPostgres(layers: readonly Layer[]): boolean {
  const said = pick('USE_D1_DATABASE', layers)?.value;
  if (said !== undefined && said !== null) return said === 'false';
  const has = (name: SettingName): boolean => pick(name, layers) !== undefined;
  return !has('D1_LOCAL_PATH') && (has('POSTGRES_HOST') || has('POSTGRES_DB'));
}

async function serviceLayer(request: ConfigurationRequest, envFile: Variables): Promise<Layer> {
  const variable = (name: string): string | undefined => {
    const text = request.env[name] ?? envFile[name];
    return text === undefined || text.trim() === '' ? undefined : text;
  };
  const service = variable('PGSERVICE');
  if (service === undefined) return new Map();
  const home = variable('HOME');
  const folder = variable('PGSYSCONFDIR');
  const places = [
    variable('PGSERVICEFILE') ?? (home === undefined ? undefined : join(home, '.pg_service.conf')),
    folder === undefined ? undefined : join(folder, 'pg_service.conf'),
  ].filter((place) => place !== undefined);
  for (const path of places) {
    const entries = parseServices(await readIfThere(path)).get(service);
    if (entries !== undefined) return toLayer(entries, { path, service, cwd: request.cwd });
  }
  throw new OperatorError('CONFIG_INVALID', {
    message: `PGSERVICE is "${service}", and no service file defines it (looked at: ${places.join(', ') || 'none'}).`,
    hint: 'Correct PGSERVICE, or name the file with PGSERVICEFILE.',
    details: { setting: 'PGSERVICE', service, files: places },
  });
}

type Entries = ReadonlyMap<string, string>;

function parseServices(text: string): ReadonlyMap<string, Entries> {
  const services = new Map<string, Map<string, string>>();
  let entries: Map<string, string> | undefined;
  for (const line of text.split(/\r?\n/).map((each) => each.trim())) {
    if (line === '' || line.startsWith('#')) continue;
    const section = /^\[(.+)\]$/.exec(line)?.[1];
    if (section !== undefined) {
      // The first of two services of one name counts.
      entries = services.has(section) ? new Map() : new Map<string, string>();
      if (!services.has(section)) services.set(section, entries);
      continue;
    }
    const [key = '', ...rest] = line.split('=');
    entries?.set(key.trim(), rest.join('=').trim());
  }
  return services;
}

function toLayer(
  entries: Entries,
  at: { readonly path: string; readonly service: string; readonly cwd: string },
): Layer {
  const layer = new Map<SettingName, FoundValue>();
  const origin = `${at.path} [${at.service}]`;
  for (const [key, text] of entries) {
    const name = serviceKeys[key];
    // As with the variables, the name of a host goes before its address.
    if (name === undefined || text === '' || (key === 'hostaddr' && entries.has('host'))) continue;
    layer.set(name, parse({ name, text, source: 'environment', origin, folder: at.cwd }));
  }
  return layer;
}

/** libpq counts seconds where Unwind wants a unit. */
function parse(raw: Parameters<typeof parseValue>[0]): FoundValue {
  const isSeconds = raw.name === 'POSTGRES_CONNECT_TIMEOUT' && /^\d+$/.test(raw.text.trim());
  return parseValue(isSeconds ? { ...raw, text: `${raw.text.trim()}s` } : raw);
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isAbsent(error)) return '';
    throw new OperatorError('CONFIG_INVALID', {
      message: `The service file ${path} exists but could not be read.`,
      hint: 'Make it readable for this user, or name another with PGSERVICEFILE.',
      details: { origin: path },
      cause: error,
    });
  }
}
