import { closeSync, fsyncSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OperatorError } from '../../../shared/domain/operator-error.ts';
import { type CrashAt, NO_CRASH } from '../../core/ports/crash-points.ts';
import type {
  ReferenceAuditEntry,
  ReferenceFiles,
  ReferenceRunFiles,
} from '../../core/ports/reference-files.ts';
import { fileError } from '../system/file-error.ts';
import { makeFolder } from '../system/make-folder.ts';
import { writeAtomically } from '../system/write-atomically.ts';
import { type BackupFile, createBackupFile } from './backup-file.ts';
import { type ReservedNames, reserveNames, secondStamp } from './file-names.ts';
import { redactor } from './redact.ts';

type Level = Parameters<ReferenceRunFiles['log']>[0];

const RANK: Readonly<Record<Level, number>> = { DEBUG: 0, INFO: 1, WARNING: 2, ERROR: 3 };

/** Where the files go, what is worth logging, and the values that must never be in them. */
export interface ReferenceFilesOptions {
  readonly workspacePath: string;
  readonly logLevel: Level;
  /** Secrets in use: replaced by value wherever they turn up. */
  /** What must never be written, as it is known at that moment. */
  readonly secrets: () => readonly string[];
  readonly crashAt?: CrashAt;
}

function fromFile(error: unknown, path: string): OperatorError {
  const failure = `${path} could not be written`;
  const hint = 'Free space or mend the rights on UNWIND_HOME, then go on with `unwind resume`.';
  return fileError(error, { path, failure, hint });
}

function guarded<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw fromFile(error, path);
  }
}

async function settled<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw fromFile(error, path);
  }
}

/** The reference procedure's `logs/` and `backups/` of a workspace. */
export function workspaceReferenceFiles(options: ReferenceFilesOptions): ReferenceFiles {
  const logs = join(options.workspacePath, 'logs');
  const backups = join(options.workspacePath, 'backups');
  const { logLevel, crashAt = NO_CRASH } = options;
  return {
    open: async (run) => {
      const redact = redactor(options.secrets());
      const stamp = secondStamp(run.startedAtMs);
      const names = guarded(logs, () => {
        makeFolder(logs);
        makeFolder(backups);
        return reserveNames({ logs, backups, stamp, runId: run.runId });
      });
      return openRun({ names, redact, logLevel, crashAt }, run);
    },
  };
}

function openRun(
  places: {
    readonly names: ReservedNames;
    readonly redact: (text: string) => string;
    readonly logLevel: Level;
    readonly crashAt: CrashAt;
  },
  run: Parameters<ReferenceFiles['open']>[0],
): ReferenceRunFiles {
  const { logPath, logDescriptor, auditPath, backupPath } = places.names;
  const entries: ReferenceAuditEntry[] = [];
  let backup: BackupFile | undefined;
  let closed = false;

  function startBackup(): Promise<BackupFile> {
    const head = { run_id: run.runId, timestamp: new Date().toISOString() };
    return createBackupFile(backupPath, head, places.crashAt);
  }

  return {
    log: (level, text) => {
      if (closed || RANK[level] < RANK[places.logLevel]) return;
      const time = new Date().toISOString().replace('T', ' ').replace('.', ',').replace('Z', '');
      // One entry is one line: a name with a line break in it must not look like another entry.
      const line = places.redact(text).replaceAll(/[\r\n]+/g, ' ');
      guarded(logPath, () => {
        writeFileSync(logDescriptor, `${time} - ${level} - ${line}\n`);
      });
    },
    audit: (entry) => {
      entries.push(entry);
    },
    backup: (table, lines) =>
      settled(backupPath, async () => {
        backup ??= await startBackup();
        await backup.append(table, lines);
      }),
    finishBackup: async () => {
      if (backup === undefined) return null;
      const file = backup;
      await settled(backupPath, () => file.finish());
      backup = undefined;
      return backupPath;
    },
    close: async () => {
      if (closed) return;
      closed = true;
      // Each is closed, whatever becomes of the others: a run that ends on a full disk must leave nothing open.
      try {
        await settled(backupPath, async () => backup?.discard());
      } finally {
        guarded(logPath, () => {
          try {
            fsyncSync(logDescriptor);
          } finally {
            closeSync(logDescriptor);
          }
        });
      }
      const audit = { run_id: run.runId, operator: run.operator, operations: entries };
      // Value by value, not in the finished text: JSON writes some characters of a secret in another form.
      const text = JSON.stringify(
        audit,
        (_name, value: unknown) => (typeof value === 'string' ? places.redact(value) : value),
        2,
      );
      await settled(auditPath, () =>
        writeAtomically(auditPath, `${text}\n`, {
          at: (event) => {
            places.crashAt(`audit-file.${event}`);
          },
        }),
      );
    },
  };
}
