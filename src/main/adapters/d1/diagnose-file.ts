import { accessSync, constants, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { Answer } from '../../core/ports/diagnosis.ts';
import type { D1File } from './connection.ts';
import { fromFileSystem } from './errors.ts';
import { type FileHolder, findFileHolders } from './file-holders.ts';

/** Whether the file is there and this user may read it, write it, and make SQLite's side files beside it. */
export function lookAtFile({ path }: D1File): Answer {
  const { size } = factsOf(path);
  const logBytes = sizeOrZero(`${path}-wal`);
  const finding = `${path}, ${count(size)} bytes${logBytes === 0 ? '' : ` and ${count(logBytes)} in its -wal`}`;
  requireAccess(path, constants.R_OK, 'Reading');
  const locked = [path, dirname(path)].filter((place) => !isWritable(place));
  if (locked.length === 0) return { state: 'ok', finding: `${finding}.`, fix: null };
  return {
    state: 'failed',
    finding: `${finding}. It can be read, but not written: ${locked.join(', ')}.`,
    fix: 'Give your user write permission on the file and on its folder: a run changes rows, and SQLite and the lease keep files beside it.',
  };
}

/** Who else has the file or its log open, or serves its folder: a live `wrangler dev` most of all. */
export function lookAtHolders({ path }: D1File, folderServer: 'sandbox' | 'unknown'): Answer {
  const found = findFileHolders(path);
  if (found.kind === 'not-determined') {
    return {
      state: 'skipped',
      finding: found.reason,
      fix: 'See for yourself.',
      statement: `lsof ${path}`,
    };
  }
  const unseen =
    found.unreadable === 0
      ? ''
      : ` ${count(found.unreadable)} processes of other users could not be looked at.`;
  const holders = found.holders.filter(
    ({ holds }) => holds === 'file' || folderServer === 'unknown',
  );
  if (holders.length === 0) {
    return { state: 'ok', finding: `No other process has it open.${unseen}`, fix: null };
  }
  return {
    state: 'warning',
    finding: `${holders.map(inWords).join(', ')}. What it writes meanwhile may fail with SQLITE_BUSY or make a plan stale, and SQLite before 3.51.3 (workerd has 3.47) can damage a WAL file that two processes write.${unseen}`,
    fix: 'Stop it (wrangler dev, miniflare, a sqlite3 shell) before a run.',
  };
}

function inWords({ pid, command, holds }: FileHolder): string {
  const who = `${command} (process ${String(pid)})`;
  return holds === 'file'
    ? `${who} has it open`
    : `${who} serves its folder and opens it when a Worker uses the database`;
}

function factsOf(path: string): { readonly size: number } {
  const facts = attempt(path, () => statSync(path));
  if (facts.isFile() && facts.size > 0) return facts;
  throw new OperatorError('DATABASE_INVALID', {
    message: facts.isFile() ? `${path} is empty (0 bytes).` : `${path} is not a file.`,
    hint: 'Check D1_LOCAL_PATH. "unwind config show" says where its value comes from.',
    details: { path },
  });
}

function requireAccess(path: string, mode: number, doing: string): void {
  attempt(
    path,
    () => {
      accessSync(path, mode);
    },
    doing,
  );
}

function attempt<T>(path: string, work: () => T, doing = 'Opening the D1 database'): T {
  try {
    return work();
  } catch (error) {
    throw fromFileSystem(error, { doing, path });
  }
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    // Whatever the reason, it is said as one: it cannot be written.
    return false;
  }
}

function sizeOrZero(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
