import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { ReferenceAuditEntry, ReferenceFiles, ReferenceRunFiles } from '../../core/ports/reference-files.ts';
import { writeAtomically } from '../system/write-atomically.ts';
import { type BackupFile, createBackupFile } from './backup-file.ts';
import { freePath, secondStamp } from './file-names.ts';

type Level = Parameters<ReferenceRunFiles['log']>[0];

const RANK: Readonly<Record<Level, number>> = { DEBUG: 0, INFO: 1, WARNING: 2, ERROR: 3 };

/** Where the files go, what is worth logging, and the values that must never be in them. */
export interface ReferenceFilesOptions {
  readonly workspacePath: string;
  readonly logLevel: Level;
  /** Secrets in use: replaced by value wherever they turn up. */
  readonly secrets: readonly string[];
}

function fromFile(error: unknown, path: string): OperatorError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  const full = code === 'ENOSPC' || code === 'EDQUOT';
  return new OperatorError(full ? 'DISK_FULL' : 'FILE_FAILED', {
    message: `${path} could not be written: ${full ? 'the disk is full' : code}.`,
    hint: 'Free space or mend the rights on UNWIND_HOME, then go on with `unwind resume`.',
    details: { path, code },
    cause: error,
  });
}

function guarded<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw fromFile(error, path);
  }
}

/** The reference procedure's `logs/` and `backups/` of a workspace. */
export function workspaceReferenceFiles(options: ReferenceFilesOptions): ReferenceFiles {
  const logs = join(options.workspacePath, 'logs');
  const backups = join(options.workspacePath, 'backups');

  function redact(text: string): string {
    return options.secrets.reduce((clean, secret) => clean.replaceAll(secret, '[redacted]'), text);
  }

  return {
    open: (run) => {
      guarded(logs, () => {
        mkdirSync(logs, { recursive: true });
        mkdirSync(backups, { recursive: true });
      });
      return Promise.resolve(openRun({ ...options, logs, backups, redact }, run));
    },
  };
}

function openRun(
  places: ReferenceFilesOptions & {
    readonly logs: string;
    readonly backups: string;
    readonly redact: (text: string) => string;
  },
  run: Parameters<ReferenceFiles['open']>[0],
): ReferenceRunFiles {
  const stamp = secondStamp(run.startedAtMs);
  const name = { stamp, runId: run.runId };
  const logPath = freePath({ folder: places.logs, prefix: 'rollback_', extension: 'log', ...name });
  const auditPath = freePath({ folder: places.logs, prefix: 'rollback_audit_', extension: 'json', ...name });
  const descriptor = guarded(logPath, () => openSync(logPath, 'ax'));
  const entries: ReferenceAuditEntry[] = [];
  let backup: { readonly path: string; readonly file: BackupFile } | undefined;
  let closed = false;

  return {
    log: (level, text) => {
      if (closed || RANK[level] < RANK[places.logLevel]) return;
      const time = new Date().toISOString().replace('T', ' ').replace('.', ',').replace('Z', '');
      guarded(logPath, () => writeSync(descriptor, `${time} - ${level} - ${places.redact(text)}\n`));
    },
    audit: (entry) => {
      entries.push(entry);
    },
    backup: (table, rows) => {
      backup ??= startBackup(places.backups, name);
      const { file, path } = backup;
      guarded(path, () => {
        file.append(table, rows);
      });
      return Promise.resolve();
    },
    finishBackup: () => {
      if (backup === undefined) return Promise.resolve(null);
      const { file, path } = backup;
      guarded(path, () => {
        file.finish();
      });
      backup = undefined;
      return Promise.resolve(path);
    },
    close: async () => {
      if (closed) return;
      closed = true;
      backup?.file.discard();
      closeSync(descriptor);
      const audit = { run_id: run.runId, operator: run.operator, operations: entries };
      try {
        await writeAtomically(auditPath, places.redact(`${JSON.stringify(audit, null, 2)}\n`));
      } catch (error) {
        throw fromFile(error, auditPath);
      }
    },
  };
}

function startBackup(
  folder: string,
  name: { readonly stamp: string; readonly runId: string },
): { readonly path: string; readonly file: BackupFile } {
  const path = freePath({ folder, prefix: 'migration_backup_', extension: 'json', ...name });
  const head = { run_id: name.runId, timestamp: new Date().toISOString() };
  return { path, file: guarded(path, () => createBackupFile(path, head)) };
}
