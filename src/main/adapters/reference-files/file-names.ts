import { existsSync, openSync } from 'node:fs';
import { join } from 'node:path';

/** `YYYYMMDD_HHMMSS` in UTC, as the reference procedure names its files. */
export function secondStamp(epochMs: number): string {
  const iso = new Date(epochMs).toISOString();
  return `${iso.slice(0, 10).replaceAll('-', '')}_${iso.slice(11, 19).replaceAll(':', '')}`;
}

/** Paths of a run's three files, which nobody else has, and its log, open for appending. */
export interface ReservedNames {
  readonly logPath: string;
  readonly logDescriptor: number;
  readonly auditPath: string;
  readonly backupPath: string;
}

/** What tells names of one second apart: nothing for the first, then the end of the run id, then a number as well. */
function endingOf(attempt: number, runId: string): string {
  if (attempt === 1) return '';
  const short = `_${runId.slice(-8)}`;
  return attempt === 2 ? short : `${short}_${String(attempt)}`;
}

/**
 * Reserves the names of a run's files by creating its log exclusively.
 *
 * Two runs may begin in the same second (a trap of the reference), in two processes, and a run that is resumed opens its files
 * again under the stamp of its start: each time gets three names of its own, with the same ending.
 */
export function reserveNames(request: {
  readonly logs: string;
  readonly backups: string;
  readonly stamp: string;
  readonly runId: string;
}): ReservedNames {
  const { logs, backups, stamp } = request;
  for (let attempt = 1; ; attempt += 1) {
    const ending = endingOf(attempt, request.runId);
    const logPath = join(logs, `rollback_${stamp}${ending}.log`);
    const auditPath = join(logs, `rollback_audit_${stamp}${ending}.json`);
    const backupPath = join(backups, `migration_backup_${stamp}${ending}.json`);
    if (existsSync(auditPath) || existsSync(backupPath)) continue;
    const logDescriptor = createLog(logPath);
    if (logDescriptor !== undefined) return { logPath, logDescriptor, auditPath, backupPath };
  }
}

/** Creates a log; `undefined` when somebody has the name already. */
function createLog(path: string): number | undefined {
  try {
    return openSync(path, 'ax');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return undefined;
    throw error;
  }
}
