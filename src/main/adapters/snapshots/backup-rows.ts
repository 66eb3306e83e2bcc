import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { TrackedTable } from '../../core/ports/migration-database.ts';
import { type JsonHead, readJsonElements } from './json-elements.ts';

/** Names of backups, as the reference procedure and Unwind write them. */
export const BACKUP_NAME = /^(migration_backup_(\d{8})_(\d{6})[\w-]*)\.json$/;

const TABLES: readonly string[] = ['migration_batches', 'file_migrations', 'files'];

/** Enough for the fields before the rows, which are written first. */
const HEAD_BYTES = 4_096;

function isTable(name: string): name is TrackedTable {
  return TABLES.includes(name);
}

/** Gives each row of a backup as JSON text; fields that are no table are passed over. @throws SyntaxError when it is not whole. */
export function readBackupRows(
  path: string,
  onRow: (table: TrackedTable, json: string) => void,
): Promise<JsonHead> {
  const text = createReadStream(path, { encoding: 'utf8', highWaterMark: 1_048_576 });
  return readJsonElements(text, ({ field, json }) => {
    if (isTable(field)) onRow(field, json);
  });
}

/** The moment in a backup's name, ISO 8601 UTC; `null` where its digits are no moment. */
export function momentInName(name: string): string | null {
  const [, , day = '', time = ''] = BACKUP_NAME.exec(name) ?? [];
  const iso = `${day.replace(/(\d{4})(\d\d)(\d\d)/, '$1-$2-$3')}T${time.replace(/(\d\d)(\d\d)(\d\d)/, '$1:$2:$3')}.000Z`;
  const parsed = new Date(iso);
  return Number.isNaN(parsed.getTime()) ? null : parsed.toISOString();
}

/** The run that a backup of Unwind names in its first fields; `null` where it names none. Reads no row. */
export async function readBackupRunId(path: string): Promise<string | null> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(HEAD_BYTES);
    const { bytesRead } = await file.read(buffer, 0, HEAD_BYTES, 0);
    const head = buffer.toString('utf8', 0, bytesRead);
    const beforeRows = head.slice(
      0,
      Math.max(0, head.search(/"(migration_batches|file_migrations|files)"\s*:/)),
    );
    return /"run_id"\s*:\s*"([0-9A-HJKMNP-TV-Z]{26})"/.exec(beforeRows)?.[1] ?? null;
  } finally {
    await file.close();
  }
}
