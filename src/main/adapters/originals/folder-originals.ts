import type { BigIntStats } from 'node:fs';
import { constants, lstat, open, readdir, realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import type { Check } from '../../../shared/domain/check.ts';
import type { OriginalFacts, Originals } from '../../core/ports/originals.ts';
import { hashStream } from '../content/hash-stream.ts';
import { climbsOut } from './climbs-out.ts';

type Depth = 'presence' | 'content';
type Unknown = Extract<OriginalFacts, { state: 'unknown' }>;

/** Originals below a folder. Names are taken literally, percent signs included. Never throws: what fails is `unknown`. */
export function folderOriginals(options: { readonly path: string }): Originals {
  const base = resolve(options.path);
  return {
    location: base,
    inspect: (sourcePath, depth) => inspect(base, { sourcePath, depth }),
    diagnose: async () => [await checkFolder(base)],
  };
}

async function checkFolder(base: string): Promise<Check> {
  const question = { name: 'originals.readable', title: 'Originals can be read' } as const;
  try {
    await readdir(base);
    return { ...question, state: 'ok', finding: `The folder ${base} can be listed.`, fix: null };
  } catch (error) {
    return {
      ...question,
      state: 'failed',
      finding: `The folder ${base} cannot be listed: ${errnoOf(error).errno}.`,
      fix: 'Correct UNWIND_ORIGINALS, mount the volume, or give this user the right to read it.',
    };
  }
}

async function inspect(
  base: string,
  request: { readonly sourcePath: string; readonly depth: Depth },
): Promise<OriginalFacts> {
  // First the folder itself: while it is not there (a volume that is not mounted, say), no file of it is "missing".
  const realBase = await realpath(base).catch(errnoOf);
  if (typeof realBase !== 'string')
    return unknown(`the folder of the originals: ${realBase.errno}`);

  const { sourcePath, depth } = request;
  const wanted = resolveUnder([base, realBase], sourcePath);
  if (wanted === undefined) return { state: 'escapes', detail: `the path leaves ${base}` };
  if (wanted === base || wanted === realBase) return unknown('the path names no file');
  // The system ends a name at a NUL byte, so that no file can have this one.
  if (wanted.includes('\0')) return { state: 'missing', location: wanted };

  const real = await realpath(wanted).catch(errnoOf);
  if (typeof real !== 'string') return explainAbsence(base, { wanted, errno: real.errno });
  if (!isInside(realBase, real)) {
    return { state: 'escapes', detail: `a symbolic link leads out of ${base}` };
  }
  try {
    return await look(real, { location: wanted, depth });
  } catch (error) {
    return unknown(errnoOf(error).errno);
  }
}

/** The place that `sourcePath` names under the first of `bases`, or `undefined` when it leaves it. */
function resolveUnder(
  bases: readonly [string, ...string[]],
  sourcePath: string,
): string | undefined {
  const isAlreadyInside = bases.some((base) => isInside(base, resolve(sourcePath)));
  if (isAbsolute(sourcePath) && isAlreadyInside) return resolve(sourcePath);
  const below = sourcePath.replace(sep === '/' ? /^\/+/ : /^[\\/]+/, '');
  if (climbsOut(below.split(sep === '/' ? '/' : /[\\/]/))) return undefined;
  const [base] = bases;
  const full = resolve(base, below);
  return full === base || isInside(base, full) ? full : undefined;
}

function isInside(base: string, path: string): boolean {
  const below = relative(base, path);
  return below !== '' && below !== '..' && !below.startsWith(`..${sep}`) && !isAbsolute(below);
}

/** "Not there" is only said where the folder that would hold the file, or the file in its place, was seen. */
async function explainAbsence(
  base: string,
  absence: { readonly wanted: string; readonly errno: string },
): Promise<OriginalFacts> {
  const { wanted, errno } = absence;
  if (errno !== 'ENOENT' && errno !== 'ENOTDIR') return unknown(errno);
  let path = wanted;
  let found = await lstat(path).catch(errnoOf);
  while ('errno' in found && path !== base && path !== dirname(path)) {
    if (found.errno !== 'ENOENT' && found.errno !== 'ENOTDIR') return unknown(found.errno);
    path = dirname(path);
    found = await lstat(path).catch(errnoOf);
  }
  if ('errno' in found) return unknown(`the folder of the originals: ${found.errno}`);
  if (found.isSymbolicLink() && path !== base) {
    return unknown(`the symbolic link ${path} leads nowhere`);
  }
  return { state: 'missing', location: wanted };
}

async function look(
  real: string,
  request: { readonly location: string; readonly depth: Depth },
): Promise<OriginalFacts> {
  const { location, depth } = request;
  const before = await stat(real, { bigint: true });
  if (!before.isFile()) return unknown(`${location} is not a regular file`);
  const sizeBytes = Number(before.size);
  if (depth === 'presence') return { state: 'present', location, sizeBytes, hash: null };

  // Should the file have been swapped since: never follow a link, never wait for the writer of a pipe.
  const handle = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const opened = await handle.stat({ bigint: true });
    const hash = await hashStream(handle.createReadStream({ autoClose: false }));
    const after = await stat(real, { bigint: true });
    if (!isSame(before, opened) || !isSame(before, after) || hash.sizeBytes !== sizeBytes) {
      return unknown(`${location} changed while it was read`);
    }
    return { state: 'present', location, sizeBytes, hash };
  } finally {
    await handle.close();
  }
}

function isSame(one: BigIntStats, other: BigIntStats): boolean {
  return one.ino === other.ino && one.size === other.size && one.mtimeNs === other.mtimeNs;
}

function unknown(detail: string): Unknown {
  return { state: 'unknown', detail };
}

function errnoOf(error: unknown): { readonly errno: string } {
  if (error instanceof Error && 'code' in error) return { errno: String(error.code) };
  throw error;
}
