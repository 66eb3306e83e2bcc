/** A row to insert, by column name. */
export type Row = Readonly<Record<string, string | number | bigint | null>>;

/** An INSERT of the row's columns with `?` placeholders, in the order of its values. */
export function insertStatement(table: string, row: Row): string {
  const columns = Object.keys(row);
  return `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;
}

/** A completed migration record `id` of batch `b1`, about file `f-<id>`. */
export function aRecordRow(id: string, changes: Row = {}): Row {
  return {
    id,
    batch_id: 'b1',
    file_id: `f-${id}`,
    source_path: `/originals/${id}.csv`,
    target_r2_key: `files/${id}`,
    original_checksum: `original-${id}`,
    migrated_checksum: `migrated-${id}`,
    file_size: 1234,
    status: 'completed',
    error_message: null,
    started_at: '2024-01-15 09:00:00',
    completed_at: '2024-01-15 10:00:00',
    created_at: '2024-01-15 08:00:00',
    ...changes,
  };
}

/** The file row of record `id`: file `f-<id>` of user `u1`, in R2. */
export function aFileRow(id: string, changes: Row = {}): Row {
  return {
    id: `f-${id}`,
    filename: `${id}.csv`,
    user_id: 'u1',
    r2_key: `files/${id}`,
    checksum: `migrated-${id}`,
    created_at: '2024-01-01 00:00:00',
    updated_at: '2024-01-15 10:00:01',
    ...changes,
  };
}

/** The row of batch `batchId`, completed, with counters that say 1 completed. */
export function aBatchRow(batchId: string, changes: Row = {}): Row {
  return {
    id: `row-${batchId}`,
    batch_id: batchId,
    total_files: 1,
    completed_files: 1,
    failed_files: 0,
    verified_files: 0,
    status: 'completed',
    started_at: '2024-01-15 09:00:00',
    completed_at: '2024-01-15 11:00:00',
    created_at: '2024-01-15 08:00:00',
    ...changes,
  };
}
