import { randomBytes } from 'node:crypto';
import { readdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { OperatorError } from '../../../shared/domain/operator-error.ts';
import { type CrashAt, NO_CRASH } from '../../core/ports/crash-points.ts';
import type { Packs, PackWriter } from '../../core/ports/packs.ts';
import { makeFolder } from '../system/make-folder.ts';
import { publishFile } from '../system/publish-file.ts';
import { createTarFile } from './tar-file.ts';

function fromFile(error: unknown, path: string): unknown {
  if (error instanceof OperatorError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!/^E[A-Z]+$/.test(code)) return error;
  const full = code === 'ENOSPC' || code === 'EDQUOT';
  return new OperatorError(full ? 'DISK_FULL' : 'FILE_FAILED', {
    message: `The pack ${path} could not be written: ${full ? 'the disk is full' : code}.`,
    hint: 'Name a file on a disk with room, in a folder that can be written: unwind pack --output FILE',
    details: { path, code },
    cause: error,
  });
}

/** Packs of one workspace, as gzipped tar archives. */
export function tarPacks(workspacePath: string, crashAt: CrashAt = NO_CRASH): Packs {
  return {
    folders: { logs: join(workspacePath, 'logs'), backups: join(workspacePath, 'backups') },
    create: async (path, name) => {
      const wanted = path ?? join(workspacePath, 'packs', name);
      try {
        if (path === null) makeFolder(dirname(wanted));
        return await packWriter(wanted, crashAt);
      } catch (error) {
        throw fromFile(error, wanted);
      }
    },
  };
}

async function packWriter(path: string, crashAt: CrashAt): Promise<PackWriter> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.partial`;
  const tar = await createTarFile(temporary);
  const aside = `${temporary}.entry`;
  const sums: string[] = [];

  async function failing<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw fromFile(error, path);
    }
  }

  async function add(name: string, from: string): Promise<void> {
    sums.push(`${await tar.add(name, from)}  ${name}\n`);
  }

  async function addText(name: string, text: string): Promise<void> {
    await writeFile(aside, text, { mode: 0o600 });
    await add(name, aside);
  }

  return {
    addText: (name, text) => failing(() => addText(name, text)),
    addLines: (name, lines) =>
      failing(async () => {
        await writeFile(aside, lines, { mode: 0o600 });
        await add(name, aside);
      }),
    addFile: (name, from) =>
      failing(async () => {
        if (await isFile(from)) await add(name, from);
      }),
    addFolder: (name, from) => failing(() => addFolder({ add }, name, from)),
    addDatabase: (name, from) => failing(() => addDatabase({ add, aside }, name, from)),
    finish: () =>
      failing(async () => {
        const entryCount = sums.length;
        await addText('SHA256SUMS', sums.join(''));
        const { sizeBytes, sha256 } = await tar.finish();
        await rm(aside, { force: true });
        publishFile({ temporary, path, at: (event) => crashAt(`pack.${event}`) });
        return { path, sizeBytes, sha256, entryCount };
      }),
    abandon: async () => {
      await tar.abandon();
      await rm(aside, { force: true });
      await rm(temporary, { force: true });
    },
  };
}

interface AddEntry {
  readonly add: (name: string, from: string) => Promise<void>;
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}

async function addFolder({ add }: AddEntry, name: string, from: string): Promise<void> {
  const entries = await readdir(from, { withFileTypes: true }).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  for (const entry of entries.toSorted((left, right) => (left.name < right.name ? -1 : 1))) {
    const [inside, path] = [`${name}/${entry.name}`, join(from, entry.name)];
    if (entry.isDirectory()) await addFolder({ add }, inside, path);
    // A name that tar cannot hold in ASCII is none of ours.
    else if (entry.isFile() && /^[\x20-\x7e]+$/.test(entry.name)) await add(inside, path);
  }
}

async function addDatabase(
  { add, aside }: AddEntry & { readonly aside: string },
  name: string,
  from: string,
): Promise<void> {
  if (!(await isFile(from))) return;
  await rm(aside, { force: true });
  try {
    const database = new Database(from, { readonly: true });
    try {
      await database.backup(aside);
    } finally {
      database.close();
    }
    await add(name, aside);
  } catch (error) {
    // What SQLite cannot read is what the next engineer wants to see: as it is, with the log that may hold the rest of it.
    if (!(error instanceof Database.SqliteError)) throw error;
    await add(name, from);
    if (await isFile(`${from}-wal`)) await add(`${name}-wal`, `${from}-wal`);
  }
}
