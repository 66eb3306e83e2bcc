import { mkdir, mkdtemp, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { codeOf } from './errors.ts';
import { sandboxPaths, workFolderPrefix } from './sandbox-paths.ts';
import { freshSettings, writeSettings } from './sandbox-settings.ts';
import { migrateInto } from './seed/migrate-into.ts';
import { planMigratedSet } from './seed/migrated-set.ts';
import { startServers } from './start-servers.ts';

interface Preparation {
  readonly path: string;
  readonly seed: number;
  readonly mode: 'create' | 'replace';
}

/**
 * Puts a freshly migrated sandbox in place. Killed at any moment it leaves either the whole sandbox or none (when
 * replacing: the new one, the old one, or none); what a killed one had begun is removed by the next one.
 *
 * Order:
 *  1. refuse a folder that holds something else
 *  2. build everything in a folder beside, serving from there
 *  3. write its settings, which make it a sandbox
 *  4. move the old one aside (when replacing), move the new one in place
 *  5. remove the old one and what killed predecessors left beside
 */
export async function prepareSandbox({ path, seed, mode }: Preparation): Promise<void> {
  if (mode === 'create') await removeEmptyFolder(path);
  const building = await mkdtemp(workFolderPrefix(path));
  try {
    await build(building, seed);
    if (mode === 'replace') await rename(path, join(await mkdtemp(workFolderPrefix(path)), 'old'));
    await rename(building, path);
  } finally {
    await removeLeftovers(path);
  }
}

async function build(root: string, seed: number): Promise<void> {
  const paths = sandboxPaths(root);
  const settings = freshSettings(seed);
  const set = planMigratedSet(seed);
  await Promise.all(
    [paths.d1, paths.r2, paths.originals, paths.temp].map((folder) => mkdir(folder)),
  );
  const servers = await startServers({ paths, settings, preferredPort: undefined });
  try {
    await migrateInto({ set, settings, servers, originalsPath: paths.originals });
  } finally {
    await servers.close();
  }
  await writeSettings(root, {
    ...settings,
    databaseFile: await findDatabaseFile(root, paths.d1),
    fileCount: set.records.length,
  });
}

/** Finds the one database that workerd made, as a path inside the sandbox with forward slashes. */
async function findDatabaseFile(root: string, d1: string): Promise<string> {
  const names = await readdir(d1, { recursive: true });
  const [found, ...more] = names.filter(
    (name) => name.endsWith('.sqlite') && basename(name) !== 'metadata.sqlite',
  );
  if (found === undefined || more.length > 0) {
    throw new Error(`One database file was expected in ${d1}: ${names.join(', ')}`);
  }
  return relative(root, join(d1, found)).split(sep).join('/');
}

/** Makes room for the sandbox; fails where something else is in the way, before anything was built. */
async function removeEmptyFolder(path: string): Promise<void> {
  try {
    await rmdir(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

async function removeLeftovers(path: string): Promise<void> {
  const folder = dirname(path);
  const prefix = basename(workFolderPrefix(path));
  const names = (await readdir(folder)).filter((name) => name.startsWith(prefix));
  await Promise.all(names.map((name) => rm(join(folder, name), { recursive: true, force: true })));
}
