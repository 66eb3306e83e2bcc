import { realpathSync } from 'node:fs';
import type { Check } from '../../../shared/domain/check.ts';
import { check } from '../../core/ports/diagnosis.ts';
import type {
  DatabaseDescription,
  MigrationDatabase,
} from '../../core/ports/migration-database.ts';
import { type D1File, openReadOnly } from './connection.ts';
import { openD1Reader } from './d1-reader.ts';
import { openD1Writer } from './d1-writer.ts';
import { settle } from './errors.ts';
import { readSchema } from './schema.ts';

/** A D1 database as wrangler and miniflare keep it: an SQLite file on this machine. */
export interface D1DatabaseOptions {
  readonly path: string;
  /** How long SQLite waits for a lock before DATABASE_BUSY; 5,000 when left out. The thread waits too. */
  readonly busyTimeoutMs?: number;
}

/**
 * The migration database in a D1 file. Opens nothing yet: every call and every reader or writer opens its own session.
 *
 * Its identity is the file's real path, so that links and spellings of one path are one target; a moved or copied file
 * is another.
 */
export function openD1Database(options: D1DatabaseOptions): MigrationDatabase {
  const file: D1File = { path: options.path, busyTimeoutMs: options.busyTimeoutMs ?? 5_000 };
  const opening = { doing: 'Opening', path: file.path };
  return {
    describe: () => settle({ doing: 'Looking at', path: file.path }, () => describeFile(file)),
    openReader: () => settle(opening, () => openD1Reader(file)),
    openWriter: () => settle(opening, () => openD1Writer(file)),
    diagnose: () => diagnoseFile(file),
  };
}

async function diagnoseFile(file: D1File): Promise<readonly Check[]> {
  return [
    await check({ name: 'database.tables', title: 'The database tracks a migration' }, async () => {
      const { mapping } = await settle({ doing: 'Looking at', path: file.path }, () =>
        describeFile(file),
      );
      return { state: 'ok', finding: mapping.evidence.join(' '), fix: null };
    }),
  ];
}

function describeFile(file: D1File): DatabaseDescription {
  const connection = openReadOnly(file);
  try {
    const schema = readSchema(connection, file.path);
    const version = connection.prepare<[], string>('SELECT sqlite_version()').pluck().get();
    return {
      kind: 'd1',
      location: file.path,
      identity: `d1:${realpathSync(file.path)}`,
      version: `SQLite ${version ?? 'of unknown version'}`,
      triggers: schema.updateTriggers,
      mapping: schema.mapping,
    };
  } finally {
    connection.close();
  }
}
