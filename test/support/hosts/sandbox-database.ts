import { globSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';

/** Changes a sandbox's database as somebody else would, behind the console's back. */
export function changeSandboxDatabase(home: string, sql: string, ...values: string[]): void {
  const files = globSync('**/*.sqlite', { cwd: path.join(home, 'sandbox', 'd1') });
  const [file] = files.filter((name) => path.basename(name) !== 'metadata.sqlite');
  const database = new Database(path.join(home, 'sandbox', 'd1', file ?? ''), {
    fileMustExist: true,
  });
  try {
    database.prepare(sql).run(...values);
  } finally {
    database.close();
  }
}
