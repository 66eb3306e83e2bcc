import { type CrashAt, NO_CRASH } from '../../core/ports/crash-points.ts';
import type {
  DatabaseDescription,
  MigrationDatabase,
} from '../../core/ports/migration-database.ts';
import type { CustomMapping } from '../../core/schema/custom-mapping.ts';
import { isForDrop, onceTrusted, withRehearsal } from '../../core/schema/trust-mapping.ts';
import { type D1File, openReadOnly } from './connection.ts';
import { openD1Reader } from './d1-reader.ts';
import { openD1Writer } from './d1-writer.ts';
import { diagnoseD1 } from './diagnose-d1.ts';
import { settle, translating } from './errors.ts';
import { realPathOf } from './real-path.ts';
import { rehearseD1 } from './rehearse-d1.ts';
import { readSchema } from './schema.ts';

/** A D1 database as wrangler and miniflare keep it: an SQLite file on this machine. */
export interface D1DatabaseOptions {
  readonly path: string;
  /** How long SQLite waits for a lock before DATABASE_BUSY; 5,000 when left out. The thread waits too. */
  readonly busyTimeoutMs?: number;
  /** Which tables and columns track the migration; found by evidence when `null` or left out. */
  readonly customMapping?: CustomMapping | null;
  /** Who serves the folder of the file, if anybody does: a `wrangler dev`, unless it is the sandbox's own server, which leaves the file alone. */
  readonly folderServer?: 'sandbox' | 'unknown';
  readonly crashAt?: CrashAt;
}

/**
 * The migration database in a D1 file. Opens nothing yet: every call and every reader or writer opens its own session.
 *
 * Its identity is the file's real path, so that links and spellings of one path are one target; a moved or copied file
 * is another.
 */
export function openD1Database(options: D1DatabaseOptions): MigrationDatabase {
  const file: D1File = { path: options.path, busyTimeoutMs: options.busyTimeoutMs ?? 5_000 };
  const custom = options.customMapping ?? null;
  const opening = { doing: 'Opening', path: file.path };
  const looking = { doing: 'Looking at', path: file.path };
  const trustMapping = onceTrusted(() =>
    isForDrop(custom) ? Promise.resolve(null) : rehearseD1(file, custom),
  );
  return {
    describe: async () => {
      const description = await settle(looking, () => describeFile(file, custom));
      return withRehearsal(description, await trustMapping());
    },
    openReader: () => settle(opening, () => openD1Reader(file, custom)),
    openWriter: async () => {
      await trustMapping();
      return settle(opening, () => openD1Writer(file, custom, options.crashAt ?? NO_CRASH));
    },
    diagnose: () =>
      diagnoseD1({
        file,
        folderServer: options.folderServer ?? 'unknown',
        describe: () => translating(looking, () => describeFile(file, custom)),
        rehearse: trustMapping,
      }),
  };
}

function describeFile(file: D1File, custom: CustomMapping | null): DatabaseDescription {
  const connection = openReadOnly(file);
  try {
    const schema = readSchema(connection, file.path, custom);
    const version = connection.prepare<[], string>('SELECT sqlite_version()').pluck().get();
    return {
      kind: 'd1',
      location: file.path,
      identity: `d1:${realPathOf(file.path)}`,
      version: `SQLite ${version ?? 'of unknown version'}`,
      triggers: schema.updateTriggers,
      mapping: schema.mapping,
    };
  } finally {
    connection.close();
  }
}
