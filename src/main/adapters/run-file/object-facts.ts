import type Database from 'better-sqlite3';
import type { ObjectFacts } from '../../../shared/domain/plan.ts';
import type { PlanFile } from '../../core/ports/run-file.ts';

interface FactsRow {
  readonly size: number | null;
  readonly etag: string;
  readonly modified: string;
}

/** What was found under keys while a plan is made: a temporary table, which goes with the connection and is no part of the file. Inside the plan's transaction. */
export function createObjectFacts(
  database: Database.Database,
): Pick<PlanFile, 'saveObjectFacts' | 'objectFacts'> {
  database.exec(
    'CREATE TEMP TABLE looked_at (key TEXT PRIMARY KEY, size INTEGER, etag TEXT, modified TEXT) WITHOUT ROWID',
  );
  const put = database.prepare('INSERT OR REPLACE INTO looked_at VALUES (?, ?, ?, ?)');
  const find = database.prepare<[string], FactsRow>(
    'SELECT size, etag, modified FROM looked_at WHERE key = ?',
  );
  return {
    saveObjectFacts: (keys, found) => {
      for (const key of keys) {
        const facts = found.get(key);
        put.run(key, facts?.sizeBytes ?? null, facts?.etag ?? null, facts?.lastModified ?? null);
      }
    },
    objectFacts: (keys) =>
      new Map(
        keys.flatMap((key) => {
          const row = find.get(key);
          return row === undefined ? [] : [[key, factsOf(key, row)] as const];
        }),
      ),
  };
}

function factsOf(key: string, { size, etag, modified }: FactsRow): ObjectFacts | 'absent' {
  return size === null ? 'absent' : { key, sizeBytes: size, etag, lastModified: modified };
}
