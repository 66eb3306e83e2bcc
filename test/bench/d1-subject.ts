import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { referenceSchema } from '../support/d1/reference-schema.ts';
import type { BenchSubject, SubjectCopy, SubjectSize } from './bench-subject.ts';
import { isInstalled } from './is-installed.ts';
import { type SeedPair, seedPairs } from './seed-rows.ts';

/** Seeds a D1 file: the reference schema in WAL mode, with the indexes that the schema itself has and no others. */
export function seedD1(size: SubjectSize): Promise<BenchSubject> {
  const folder = mkdtempSync(join(tmpdir(), 'unwind-bench-d1-'));
  const path = join(folder, 'seed.sqlite');
  fillD1(path, seedPairs(size));
  return Promise.resolve({
    size,
    copy: () => Promise.resolve(copyOf(path)),
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
      return Promise.resolve();
    },
  });
}

/** Makes a D1 file with these rows, and the batch rows that belong to them. */
export function fillD1(path: string, pairs: Iterable<SeedPair>): void {
  const database = new Database(path);
  database.pragma('journal_mode = OFF');
  database.pragma('synchronous = OFF');
  database.pragma('cache_size = -1000000');
  for (const statement of referenceSchema) database.exec(statement);
  const putRecord = database.prepare(
    `INSERT INTO file_migrations VALUES (${Array(13).fill('?').join(', ')})`,
  );
  const putFile = database.prepare('INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?)');
  database.exec('BEGIN');
  for (const { record, file } of pairs) {
    putRecord.run(...record);
    putFile.run(...file);
  }
  database.exec(`
    INSERT INTO migration_batches (id, batch_id, total_files, completed_files, status, started_at, completed_at, created_at)
    SELECT 'row-' || batch_id, batch_id, count(*), count(*), 'completed', min(started_at), max(completed_at), min(created_at)
    FROM file_migrations GROUP BY batch_id`);
  database.exec('COMMIT');
  database.pragma('journal_mode = WAL');
  database.close();
}

function copyOf(seed: string): SubjectCopy {
  const folder = mkdtempSync(join(tmpdir(), 'unwind-bench-copy-'));
  const path = join(folder, 'd1.sqlite');
  copyFileSync(seed, path);
  return {
    env: {
      USE_D1_DATABASE: 'true',
      D1_LOCAL_PATH: path,
      UNWIND_HOME: join(folder, 'home'),
    },
    floorArgs: ['d1', path],
    dumpCommand: (to) =>
      isInstalled('sqlite3') && isInstalled('zstd')
        ? { command: `sqlite3 '${path}' .dump | zstd -q -o '${to}'`, by: 'sqlite3 .dump' }
        : { missing: 'sqlite3 and zstd' },
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
      return Promise.resolve();
    },
  };
}
