import { join } from 'node:path';
import Database from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import { insertStatement, type Row } from '../../conformance/migration-rows.ts';
import { referenceSchema } from './reference-schema.ts';
import { aTempFolder } from './temp-folder.ts';

/** A D1 file made by hand, with a connection that stays open like that of a live writer. */
export interface HandMadeD1File {
  readonly path: string;
  readonly connection: Database.Database;
  readonly insert: (table: string, rows: readonly Row[]) => void;
}

/** What a hand-made D1 file is made of; the reference schema in WAL mode when left out. */
export interface D1FileOptions {
  readonly schema?: readonly string[];
  readonly journalMode?: 'wal' | 'delete';
  readonly folder?: string;
  readonly name?: string;
}

export function aD1File(options: D1FileOptions = {}): HandMadeD1File {
  const path = join(options.folder ?? aTempFolder(), options.name ?? 'd1.sqlite');
  const connection = new Database(path);
  onTestFinished(() => {
    connection.close();
  });
  connection.pragma(`journal_mode = ${options.journalMode ?? 'wal'}`);
  for (const statement of options.schema ?? referenceSchema) connection.exec(statement);
  return {
    path,
    connection,
    insert: (table, rows) => {
      for (const row of rows) {
        connection.prepare(insertStatement(table, row)).run(...Object.values(row));
      }
    },
  };
}

/** The reference schema with the declared type of one column replaced. */
export function schemaWith(column: string, type: string): readonly string[] {
  return referenceSchema.map((sql) =>
    sql.replace(new RegExp(`\\b${column} (TEXT|DATETIME|INTEGER)`), `${column} ${type}`),
  );
}
