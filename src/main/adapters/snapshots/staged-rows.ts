import Database from 'better-sqlite3';
import type { TrackedTable } from '../../core/ports/migration-database.ts';
import type { KeyColumns, SnapshotRows } from '../../core/ports/snapshot-catalogue.ts';
import { cellsOf } from '../../core/schema/full-row-cells.ts';
import { parseFullRow } from './full-row-json.ts';

/** Rows that are being read from a file, findable by key. Nothing of it outlives the process, however that ends. */
export interface StagedRows {
  /** Adds the row of one JSON text. @throws when it is no JSON object or has no key. */
  add(table: TrackedTable, json: string): void;
  /** Ends the adding; gives the rows to read. */
  finish(): Omit<SnapshotRows, 'entry'>;
  close(): void;
}

/** Rows written by one transaction. */
const CHUNK = 10_000;

/** Makes an empty stage. */
export function stageRows(keys: KeyColumns): StagedRows {
  // No name: SQLite keeps it in a file that is gone from its folder at once, and only what does not fit into memory goes there.
  const database = new Database('');
  database.pragma('journal_mode = OFF');
  database.exec(
    'CREATE TABLE row (tab TEXT, key TEXT, json TEXT, PRIMARY KEY (tab, key)) WITHOUT ROWID',
  );
  // Two records of one file name its row twice. Had it changed in between, the first is the one that the plan was nearer to.
  const insert = database.prepare('INSERT OR IGNORE INTO row (tab, key, json) VALUES (?, ?, ?)');
  let waiting = 0;
  database.exec('BEGIN');

  return {
    add: (table, json) => {
      const row = parseFullRow(json);
      const key = cellsOf(row)(keys[table]);
      if (key === null) throw new Error(`a row of ${table} has no ${keys[table]}`);
      insert.run(table, String(key), json);
      waiting += 1;
      if (waiting % CHUNK === 0) database.exec('COMMIT; BEGIN');
    },
    finish: () => {
      database.exec('COMMIT');
      return readingOf(database);
    },
    close: () => {
      database.close();
    },
  };
}

interface StoredRow {
  readonly key: string;
  readonly json: string;
}

function readingOf(database: Database.Database): Omit<SnapshotRows, 'entry'> {
  const count = database
    .prepare<[string], number>('SELECT count(*) FROM row WHERE tab = ?')
    .pluck();
  const page = database.prepare<[string, string, number], StoredRow>(
    'SELECT key, json FROM row WHERE tab = ? AND key > ? ORDER BY key LIMIT ?',
  );
  const find = database.prepare<[string, string], StoredRow>(
    'SELECT row.key, row.json FROM json_each(?) AS wanted JOIN row ON row.tab = ? AND row.key = wanted.value',
  );
  return {
    countRows: (table) => count.get(table) ?? 0,
    pageRows: (table, { afterKey, limit }) =>
      page.all(table, afterKey, limit).map(({ key, json }) => ({ key, row: parseFullRow(json) })),
    findRows: (table, keys) =>
      new Map(
        find
          .all(JSON.stringify(keys), table)
          .map(({ key, json }) => [key, parseFullRow(json)] as const),
      ),
    close: () => {
      database.close();
    },
  };
}
