import { readFile, stat } from 'node:fs/promises';
import { platform } from 'node:os';
import { join } from 'node:path';
import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { FoundValue, Layer } from './layers.ts';
import { isAbsent, type Variables } from './read-layers.ts';
import type { ResolvedTarget } from './resolve-targets.ts';
import type { SettingName } from './settings.ts';

const othersBits = 0o077;

/**
 * Adds the password that the password file has for a PostgreSQL target, where nothing else gives one. The file is the one that
 * POSTGRES_PASSFILE or PGPASSFILE names, else `~/.pgpass`. An entry is bound to host, port, database and user, so this holds for named
 * targets too. As libpq, Unwind does not use a file that others may read; the origin of POSTGRES_PASSWORD says so.
 */
export async function withPassword(
  target: ResolvedTarget,
  variables: Variables,
): Promise<ResolvedTarget> {
  const { values } = target;
  if (values.get('USE_D1_DATABASE')?.value !== 'false' || values.has('POSTGRES_PASSWORD'))
    return target;
  const file = values.get('POSTGRES_PASSFILE') ?? usualFile(variables);
  const path = file?.value;
  if (file === undefined || path === undefined || path === null) return target;
  const password = await findPassword(path, values);
  if (password === undefined) return target;
  const added: [SettingName, FoundValue][] = [['POSTGRES_PASSWORD', password]];
  return { ...target, values: new Map([...values, ['POSTGRES_PASSFILE', file], ...added]) };
}

function usualFile(variables: Variables): FoundValue | undefined {
  const given = variables.PGPASSFILE;
  if (given !== undefined) return { value: given, source: 'environment', origin: '$PGPASSFILE' };
  const usual =
    platform() === 'win32'
      ? inFolder(variables.APPDATA, 'postgresql', 'pgpass.conf')
      : inFolder(variables.HOME, '.pgpass');
  return usual === undefined ? undefined : { value: usual, source: 'default', origin: null };
}

function inFolder(folder: string | undefined, ...names: readonly string[]): string | undefined {
  return folder === undefined ? undefined : join(folder, ...names);
}

async function findPassword(path: string, values: Layer): Promise<FoundValue | undefined> {
  try {
    const facts = await stat(path);
    if (platform() !== 'win32' && (facts.mode & othersBits) !== 0) {
      const mode = (facts.mode & 0o777).toString(8).padStart(4, '0');
      return {
        value: null,
        source: 'not-set',
        origin: `${path} (not used: mode ${mode}, must be 0600)`,
      };
    }
    const value = matchingPassword(await readFile(path, 'utf8'), values);
    return value === undefined ? undefined : { value, source: 'environment', origin: path };
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw new OperatorError('CONFIG_INVALID', {
      message: `The password file ${path} exists but could not be read.`,
      hint: 'Make it a file that only this user can read (mode 0600).',
      details: { origin: path },
      cause: error,
    });
  }
}

/** The password of the first line that matches: `host:port:database:user:password`, `*` for any, `\` before a colon or backslash. */
function matchingPassword(text: string, values: Layer): string | undefined {
  const value = (name: SettingName): string => values.get(name)?.value ?? '';
  const host = value('POSTGRES_HOST');
  const wanted = [
    // libpq looks up a socket in its usual folder as localhost; Unwind does so for every socket.
    host.startsWith('/') ? 'localhost' : host,
    value('POSTGRES_PORT'),
    value('POSTGRES_DB'),
    value('POSTGRES_USER'),
  ];
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('#')) continue;
    const fields = fieldsOf(line);
    const password = fields[wanted.length];
    if (password === undefined || password === '') continue;
    if (wanted.every((each, index) => fields[index] === '*' || fields[index] === each))
      return password;
  }
  return undefined;
}

function fieldsOf(line: string): readonly string[] {
  return [...line.matchAll(/((?:[^:\\]|\\.|\\$)*)(?::|$)/g)].map(([, field = '']) =>
    field.replace(/\\(.)/g, '$1'),
  );
}
