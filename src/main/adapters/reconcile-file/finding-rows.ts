import type { ReconcileFinding } from '../../../shared/domain/reconcile.ts';
import type { Suspicion } from '../../core/ports/reconcile-reports.ts';

/** A row of `finding` or `suspicion` as SQLite gives it. */
export interface FindingRow {
  readonly seq: number;
  readonly kind: ReconcileFinding['kind'];
  readonly key: string;
  readonly table_name: ReconcileFinding['table'];
  readonly row_id: string | null;
  readonly file_id: string | null;
  readonly status: string | null;
  readonly recorded_size: number | null;
  readonly object_size: number | null;
  readonly last_modified: string | null;
}

/** The columns that both tables have besides `seq`, in the order of `cellsOf`. */
export const FACT_COLUMNS =
  'kind, key, table_name, row_id, file_id, status, recorded_size, object_size, last_modified';

/** The cells of `FACT_COLUMNS`. */
export function cellsOf(suspicion: Suspicion): readonly (string | number | null)[] {
  return [
    suspicion.kind,
    suspicion.key,
    suspicion.table,
    suspicion.rowId,
    suspicion.fileId,
    suspicion.status,
    suspicion.recordedSizeBytes,
    suspicion.objectSizeBytes,
    suspicion.lastModified,
  ];
}

/** The finding that a row holds. */
export function findingOf(row: FindingRow): ReconcileFinding {
  return {
    seq: row.seq,
    kind: row.kind,
    key: row.key,
    table: row.table_name,
    rowId: row.row_id,
    fileId: row.file_id,
    status: row.status,
    recordedSizeBytes: row.recorded_size,
    objectSizeBytes: row.object_size,
    lastModified: row.last_modified,
  };
}
