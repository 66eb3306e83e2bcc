import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, join, resolve, sep } from 'node:path';
import { glob, isDynamicPattern } from 'tinyglobby';
import { type JsonValue, OperatorError } from '../../../shared/domain/operator-error.ts';
import { d1FileName, d1ObjectFolder } from './d1-file-name.ts';
import { fromFileSystem } from './errors.ts';
import {
  type D1Binding,
  isWranglerConfig,
  readD1Bindings,
  wranglerConfigNames,
} from './wrangler-config.ts';

/** Where wrangler keeps D1 files, seen from the folder of its configuration. */
const wranglerState = ['.wrangler', 'state', 'v3', 'd1', d1ObjectFolder] as const;

/** miniflare's own book-keeping, SQLite's companions of a database, and Unwind's lease file. */
const neverADatabase = /^metadata\.sqlite|-(?:wal|shm|journal)$|\.unwind-lease/;

/** What `D1_LOCAL_PATH` was taken for, and the files that matched. */
interface Search {
  readonly lookedFor: string;
  readonly candidates: readonly string[];
}

/**
 * Finds the one D1 file that `path` means: a file, a folder, a glob, or a wrangler project (its folder or its
 * configuration file), whose file name is then computed from the database id. Relative to `cwd`; the answer is absolute.
 *
 * `metadata.sqlite`, `-wal` and `-shm` never match.
 * @throws DATABASE_NOT_FOUND saying what was looked for.
 * @throws D1_PATH_AMBIGUOUS listing the candidates with size and time.
 * @throws CONFIG_INVALID for a wrangler configuration that cannot be read.
 */
export async function findD1File(input: {
  readonly path: string;
  readonly cwd: string;
}): Promise<string> {
  const { lookedFor, candidates } = await search(input);
  const databases = candidates.filter((candidate) => !neverADatabase.test(basename(candidate)));
  const [only] = databases;
  if (only === undefined) throw notFound(input.path, lookedFor);
  if (databases.length > 1) throw await ambiguous(input.path, databases);
  return only;
}

async function search({ path, cwd }: { path: string; cwd: string }): Promise<Search> {
  const absolute = resolve(cwd, path);
  const facts = await findFacts(absolute);
  if (facts?.isDirectory() === true) return searchFolder(absolute);
  if (facts !== undefined && isWranglerConfig(absolute)) return searchProject(absolute);
  if (facts !== undefined) return { lookedFor: `the file ${absolute}`, candidates: [absolute] };
  if (!isDynamicPattern(path)) return { lookedFor: `the file ${absolute}`, candidates: [] };
  return {
    lookedFor: `files that match ${path} in ${cwd}`,
    candidates: await filesThatMatch([path.replaceAll(sep, '/')], cwd),
  };
}

async function searchFolder(folder: string): Promise<Search> {
  const config = await findWranglerConfig(folder);
  if (config !== undefined) return searchProject(config);
  // The folder of the files itself, or any of the folders above it that wrangler and miniflare make.
  const below = wranglerState.map((_, from) => wranglerState.slice(from).join('/'));
  const patterns = ['*.sqlite', ...below.map((path) => `${path}/*.sqlite`)];
  return {
    lookedFor: `*.sqlite in ${folder} and in ${wranglerState.join('/')} below it`,
    candidates: await filesThatMatch(patterns, folder),
  };
}

/** The configuration file of a wrangler project that is named by its folder or by the file; `undefined` where there is none. */
export async function findWranglerConfig(path: string): Promise<string | undefined> {
  const facts = await findFacts(path);
  if (facts?.isFile() === true && isWranglerConfig(path)) return path;
  if (facts?.isDirectory() !== true) return undefined;
  for (const name of wranglerConfigNames) {
    const config = join(path, name);
    if ((await findFacts(config)) !== undefined) return config;
  }
  return undefined;
}

/** Where wrangler keeps the local file of a D1 database that a configuration binds, whether it is there or not. */
export function localD1File(config: string, { localId }: D1Binding): string {
  return join(config, '..', ...wranglerState, d1FileName(localId));
}

async function searchProject(config: string): Promise<Search> {
  const bindings = await readD1Bindings(config);
  const expected = bindings.map((binding) => ({
    binding: binding.binding,
    path: localD1File(config, binding),
  }));
  const facts = await Promise.all(expected.map(({ path }) => findFacts(path)));
  const names = expected.map(({ binding, path }) => `${binding} in ${path}`).join(', ');
  return {
    lookedFor: expected.length === 0 ? `a D1 binding in ${config}` : `the local file of ${names}`,
    candidates: expected.filter((_, at) => facts[at] !== undefined).map(({ path }) => path),
  };
}

async function filesThatMatch(patterns: readonly string[], cwd: string): Promise<string[]> {
  const found = await glob(patterns, {
    cwd,
    absolute: true,
    dot: true,
    expandDirectories: false,
  });
  return found.map((path) => resolve(path)).toSorted();
}

async function findFacts(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    const translated = fromFileSystem(error, { doing: 'Looking for', path });
    if (translated.code === 'DATABASE_NOT_FOUND') return undefined;
    throw translated;
  }
}

function notFound(path: string, lookedFor: string): OperatorError {
  return new OperatorError('DATABASE_NOT_FOUND', {
    message: `No D1 database was found for "${path}": looked for ${lookedFor}.`,
    hint: 'Set D1_LOCAL_PATH to the D1 file, its folder, a glob or the wrangler project. A local file exists after "wrangler d1 execute --local" or "wrangler dev".',
    details: { path, lookedFor },
  });
}

async function ambiguous(path: string, databases: readonly string[]): Promise<OperatorError> {
  const candidates = await Promise.all(databases.map(describeCandidate));
  const lines = candidates.map(
    ({ path: file, sizeBytes, modifiedAt }) =>
      `${file} (${String(sizeBytes)} bytes, changed ${modifiedAt})`,
  );
  return new OperatorError('D1_PATH_AMBIGUOUS', {
    message: `"${path}" matches ${String(databases.length)} D1 databases: ${lines.join('; ')}.`,
    hint: 'Set D1_LOCAL_PATH to one of these files.',
    details: { path, candidates: candidates satisfies readonly JsonValue[] },
  });
}

/** Size and time include the -wal: what was written last may all be in it. */
async function describeCandidate(path: string) {
  const facts = await Promise.all([findFacts(path), findFacts(`${path}-wal`)]);
  const present = facts.filter((fact) => fact !== undefined);
  const modifiedMs = Math.max(...present.map((fact) => fact.mtimeMs));
  return {
    path,
    sizeBytes: present.reduce((sum, fact) => sum + fact.size, 0),
    modifiedAt: new Date(modifiedMs).toISOString(),
  };
}
