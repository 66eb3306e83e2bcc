import Database from 'better-sqlite3';

/** The columns that a plan needs, and no more. */
const PLAN_FLOOR = `
  SELECT m.id, m.batch_id, m.file_id, m.source_path, m.target_r2_key, m.original_checksum, m.migrated_checksum, m.file_size,
    m.error_message, m.status, m.completed_at, f.id, f.filename, f.user_id, f.r2_key, f.checksum, f.updated_at
  FROM file_migrations AS m LEFT JOIN files AS f ON f.id = m.file_id
  WHERE m.status IS NOT 'rolled_back'`;

const RESET_FLOOR = `
  UPDATE files SET r2_key = NULL, checksum = NULL, updated_at = '2026-01-02 03:04:05'
    WHERE id IN (SELECT file_id FROM file_migrations WHERE status IS NOT 'rolled_back');
  UPDATE file_migrations SET status = 'rolled_back', completed_at = '2026-01-02 03:04:05'
    WHERE status IS NOT 'rolled_back';`;

/** The least work on a D1 file; each returns the number of rows it read or changed. */
export const d1Floors = { plan: readEveryRow, reset: updateEveryRow };

function readEveryRow(path: string): number {
  const database = new Database(path, { readonly: true });
  let rows = 0;
  for (const row of database.prepare<[], unknown[]>(PLAN_FLOOR).raw().iterate()) {
    if (row.length > 0) rows += 1;
  }
  database.close();
  return rows;
}

/** One transaction, as somebody who is sure of himself would write it. */
function updateEveryRow(path: string): number {
  const database = new Database(path);
  database.pragma('synchronous = FULL');
  database.exec(`BEGIN IMMEDIATE; ${RESET_FLOOR} COMMIT;`);
  const rows = database.prepare<[], number>('SELECT changes()').pluck().get() ?? 0;
  database.close();
  return rows;
}
