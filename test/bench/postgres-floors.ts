import pg from 'pg';
import Cursor from 'pg-cursor';
import { z } from 'zod';

/** Where a floor works, as the JSON that it gets as its argument. */
const Connection = z.object({
  host: z.string(),
  port: z.number(),
  user: z.string(),
  password: z.string(),
  database: z.string(),
});

/** The columns that a plan needs, and no more. */
const PLAN_FLOOR = `
  SELECT m.id, m.batch_id, m.file_id, m.source_path, m.target_r2_key, m.original_checksum, m.migrated_checksum, m.file_size,
    m.error_message, m.status, m.completed_at, f.id, f.filename, f.user_id, f.r2_key, f.checksum, f.updated_at
  FROM file_migrations AS m LEFT JOIN files AS f ON f.id = m.file_id
  WHERE m.status IS DISTINCT FROM 'rolled_back'`;

const RESET_FILES = `
  UPDATE files SET r2_key = NULL, checksum = NULL, updated_at = '2026-01-02 03:04:05'
  WHERE id IN (SELECT file_id FROM file_migrations WHERE status IS DISTINCT FROM 'rolled_back')`;

const RESET_RECORDS = `
  UPDATE file_migrations SET status = 'rolled_back', completed_at = '2026-01-02 03:04:05'
  WHERE status IS DISTINCT FROM 'rolled_back'`;

const ROWS_AT_ONCE = 2_000;

/** Cells as the text that the server sends. */
const asText = { getTypeParser: () => (cell: unknown) => cell } as unknown as pg.CustomTypesConfig;

/** The least work on a PostgreSQL database; each returns the number of rows it read or changed. */
export const postgresFloors = { plan: readEveryRow, reset: updateEveryRow };

/** Through a cursor of the driver that Unwind uses too. */
function readEveryRow(where: string): Promise<number> {
  return inTransaction(where, async (client) => {
    const cursor = client.query(
      new Cursor<unknown[]>(PLAN_FLOOR, [], { rowMode: 'array', types: asText }),
    );
    for (let rows = 0; ; ) {
      const chunk = await cursor.read(ROWS_AT_ONCE);
      if (chunk.length === 0) return rows;
      rows += chunk.length;
    }
  });
}

/** One transaction, as somebody who is sure of himself would write it. */
function updateEveryRow(where: string): Promise<number> {
  return inTransaction(where, async (client) => {
    await client.query(RESET_FILES);
    return (await client.query(RESET_RECORDS)).rowCount ?? 0;
  });
}

async function inTransaction(
  where: string,
  work: (client: pg.Client) => Promise<number>,
): Promise<number> {
  const client = new pg.Client({ ...Connection.parse(JSON.parse(where)), ssl: false });
  await client.connect();
  try {
    await client.query('BEGIN');
    const rows = await work(client);
    await client.query('COMMIT');
    return rows;
  } finally {
    await client.end();
  }
}
