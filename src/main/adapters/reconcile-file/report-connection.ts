import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { z } from 'zod';
import { ReportId } from '../../../shared/domain/reconcile.ts';
import { Operator, TargetIdentity } from '../../../shared/domain/target.ts';
import type { ReportHeader } from '../../core/ports/reconcile-reports.ts';
import { reportInvalid } from './errors.ts';
import { APPLICATION_ID, SCHEMA_VERSION } from './schema.ts';

const HeaderOnDisk = z.strictObject({
  reportId: ReportId,
  target: TargetIdentity,
  startedAt: z.string(),
  startedBy: Operator,
});

/** Opens a report's file and checks that it is one. @throws REPORT_INVALID, or what SQLite says. */
export function connectReport(path: string, access: 'read' | 'write'): Database.Database {
  const database = new Database(path, {
    readonly: access === 'read',
    fileMustExist: true,
    timeout: 0,
  });
  try {
    // Held until the connection is closed or its process ends, however it ends: nobody has to judge whether a writer is alive.
    if (access === 'write') database.pragma('locking_mode = EXCLUSIVE');
    if (database.pragma('application_id', { simple: true }) !== APPLICATION_ID) {
      throw reportInvalid(path, 'it is a SQLite file, but not a reconcile report');
    }
    const version = database.pragma('user_version', { simple: true });
    if (version !== SCHEMA_VERSION) {
      throw reportInvalid(
        path,
        `its layout has version ${String(version)}, this Unwind reads ${String(SCHEMA_VERSION)}`,
      );
    }
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** What a report is about. @throws REPORT_INVALID */
export function readHeader(database: Database.Database, path: string): ReportHeader {
  const text = database.prepare<[], string>('SELECT header FROM report').pluck().get();
  try {
    return HeaderOnDisk.parse(JSON.parse(text ?? 'null'));
  } catch (error) {
    throw reportInvalid(path, 'what it is about cannot be read', error);
  }
}

/** Whether a file is there. */
export function isThere(path: string): boolean {
  return existsSync(path);
}
