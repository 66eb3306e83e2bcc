import { z } from 'zod';
import type {
  HeldReason,
  MigrationMarks,
  ObjectAction,
  Proof,
  RowValues,
  Verdict,
} from '../../../shared/domain/plan.ts';
import type {
  ItemFilter,
  ItemUpdate,
  ObjectState,
  RowState,
  StoredItem,
} from '../../core/ports/run-file.ts';

const MarksCell = z.tuple([z.string().nullable(), z.string().nullable(), z.string().nullable()]);

/** A row of `item` or `item_now` as SQLite gives it. */
export interface ItemRow {
  readonly seq: number;
  readonly record_id: string;
  readonly batch_id: string;
  readonly file_id: string | null;
  readonly user_id: string | null;
  readonly filename: string | null;
  readonly source_path: string | null;
  readonly object_key: string | null;
  readonly verdict: Verdict;
  readonly row_action: StoredItem['rowAction'];
  readonly object_action: ObjectAction;
  readonly has_file: 0 | 1;
  readonly before_status: string | null;
  readonly before_completed_at: string | null;
  readonly before_r2_key: string | null;
  readonly before_checksum: string | null;
  readonly before_updated_at: string | null;
  /** The marks as a JSON array in the order of `MigrationMarks`; NULL where the file table has no such columns. */
  readonly before_marks: string | null;
  readonly after_status: string | null;
  readonly after_completed_at: string | null;
  readonly after_r2_key: string | null;
  readonly after_checksum: string | null;
  readonly after_updated_at: string | null;
  readonly after_marks: string | null;
  readonly facts_key: string | null;
  readonly facts_size: number | null;
  readonly facts_etag: string | null;
  readonly facts_modified: string | null;
  readonly object_proof: Proof;
  readonly object_detail: string;
  readonly original_proof: Proof;
  readonly original_detail: string;
  readonly held_reason: HeldReason | null;
  readonly held_detail: string | null;
  readonly held_fix: string | null;
  readonly object_sha256: string | null;
  readonly quarantine_key: string | null;
  readonly row_state: RowState;
  readonly object_state: ObjectState;
  readonly state_detail: string | null;
}

/** The columns of `item` and of `item_now`, in the order of `cellsOf`. */
export const ITEM_COLUMN_NAMES = [
  'seq',
  'record_id',
  'batch_id',
  'file_id',
  'user_id',
  'filename',
  'source_path',
  'object_key',
  'verdict',
  'row_action',
  'object_action',
  'has_file',
  'before_status',
  'before_completed_at',
  'before_r2_key',
  'before_checksum',
  'before_updated_at',
  'before_marks',
  'after_status',
  'after_completed_at',
  'after_r2_key',
  'after_checksum',
  'after_updated_at',
  'after_marks',
  'facts_key',
  'facts_size',
  'facts_etag',
  'facts_modified',
  'object_proof',
  'object_detail',
  'original_proof',
  'original_detail',
  'held_reason',
  'held_detail',
  'held_fix',
  'object_sha256',
  'quarantine_key',
  'row_state',
  'object_state',
  'state_detail',
] as const satisfies readonly (keyof ItemRow)[];

/** The columns by name and not `*`: in a file whose layout was damaged a missing one is an error, not an `undefined`. */
export const ITEM_COLUMNS = ITEM_COLUMN_NAMES.join(', ');

/** Inserts an item, or overwrites the one with the same `seq`. Parameters: `cellsOf`. */
export const PUT_ITEM = `INSERT OR REPLACE INTO item (${ITEM_COLUMNS}) VALUES (${ITEM_COLUMN_NAMES.map(() => '?').join(', ')})`;

/** The cells of an item in the order of `PUT_ITEM`. */
export function cellsOf(item: StoredItem): readonly (string | number | null)[] {
  const { before, after, object, held } = item;
  return [
    item.seq,
    item.recordId,
    item.batchId,
    item.fileId,
    item.userId,
    item.filename,
    item.sourcePath,
    item.objectKey,
    item.verdict,
    item.rowAction,
    item.objectAction,
    before.file === null ? 0 : 1,
    ...valueCells(before),
    ...valueCells(after),
    object?.key ?? null,
    object?.sizeBytes ?? null,
    object?.etag ?? null,
    object?.lastModified ?? null,
    item.objectProof,
    item.objectDetail,
    item.originalProof,
    item.originalDetail,
    held?.reason ?? null,
    held?.detail ?? null,
    held?.fix ?? null,
    item.objectSha256,
    item.quarantineKey,
    item.rowState,
    item.objectState,
    item.stateDetail,
  ];
}

function valueCells(values: RowValues): readonly (string | null)[] {
  const { file } = values;
  return [
    values.status,
    values.completedAt,
    file?.r2Key ?? null,
    file?.checksum ?? null,
    file?.updatedAt ?? null,
    marksCell(file?.marks ?? null),
  ];
}

function marksCell(marks: MigrationMarks | null): string | null {
  if (marks === null) return null;
  return JSON.stringify([marks.migratedAt, marks.migrationStatus, marks.migrationBatchId]);
}

function marksOf(cell: string | null): MigrationMarks | null {
  if (cell === null) return null;
  const [migratedAt, migrationStatus, migrationBatchId] = MarksCell.parse(JSON.parse(cell));
  return { migratedAt, migrationStatus, migrationBatchId };
}

/** The item that a row holds. */
export function itemOf(row: ItemRow): StoredItem {
  const hasFile = row.has_file === 1;
  return {
    seq: row.seq,
    recordId: row.record_id,
    batchId: row.batch_id,
    fileId: row.file_id,
    userId: row.user_id,
    filename: row.filename,
    sourcePath: row.source_path,
    objectKey: row.object_key,
    verdict: row.verdict,
    rowAction: row.row_action,
    objectAction: row.object_action,
    before: {
      status: row.before_status,
      completedAt: row.before_completed_at,
      file: hasFile
        ? {
            r2Key: row.before_r2_key,
            checksum: row.before_checksum,
            updatedAt: row.before_updated_at,
            marks: marksOf(row.before_marks),
          }
        : null,
    },
    after: {
      status: row.after_status,
      completedAt: row.after_completed_at,
      file: hasFile
        ? {
            r2Key: row.after_r2_key,
            checksum: row.after_checksum,
            updatedAt: row.after_updated_at,
            marks: marksOf(row.after_marks),
          }
        : null,
    },
    object:
      row.facts_key === null
        ? null
        : {
            key: row.facts_key,
            sizeBytes: row.facts_size ?? 0,
            etag: row.facts_etag ?? '',
            lastModified: row.facts_modified ?? '',
          },
    objectProof: row.object_proof,
    objectDetail: row.object_detail,
    originalProof: row.original_proof,
    originalDetail: row.original_detail,
    held:
      row.held_reason === null
        ? null
        : { reason: row.held_reason, detail: row.held_detail ?? '', fix: row.held_fix ?? '' },
    objectSha256: row.object_sha256,
    quarantineKey: row.quarantine_key,
    rowState: row.row_state,
    objectState: row.object_state,
    stateDetail: row.state_detail,
  };
}

/** The condition on `item_now` that each filter stands for; see `ItemFilter`. */
export const FILTERS: Readonly<Record<ItemFilter, string>> = {
  all: 'TRUE',
  changing: "verdict = 'change'",
  held: "verdict = 'held'",
  'rows-planned': "row_state = 'planned' AND object_state NOT IN ('drifted', 'failed')",
  'rows-done': "row_state = 'done'",
  'objects-planned': "object_state = 'planned' AND row_state NOT IN ('drifted', 'failed')",
  'objects-quarantined': "object_state = 'quarantined'",
  'objects-done': "object_state = 'done'",
  'objects-failed': "object_state = 'failed'",
};

/** What became of an item, in SQL; the same decision as the core's `outcomeOf`. */
export const OUTCOME = `CASE
  WHEN 'failed' IN (row_state, object_state) THEN 'failed'
  WHEN 'drifted' IN (row_state, object_state) THEN 'drifted'
  WHEN 'planned' IN (row_state, object_state) OR object_state = 'quarantined' THEN 'planned'
  WHEN 'done' IN (row_state, object_state) THEN 'done'
  ELSE 'planned' END`;

/**
 * Notes what became of the items from one position to another: the states that are given, the others stay. Parameters: `updateCellsOf`
 * the first, and the last position.
 */
export const UPDATE_STATES = `INSERT INTO item_state (row_state, object_state, object_sha256, state_detail, seq)
  SELECT ?, ?, ?, ?, seq FROM item WHERE seq BETWEEN ? AND ?
  ON CONFLICT (seq) DO UPDATE SET row_state = coalesce(excluded.row_state, row_state),
    object_state = coalesce(excluded.object_state, object_state),
    object_sha256 = coalesce(excluded.object_sha256, object_sha256), state_detail = excluded.state_detail`;

/** The cells of an update in the order of `UPDATE_STATES`, without the last position. */
export function updateCellsOf(update: ItemUpdate): readonly (string | number | null)[] {
  return [
    update.rowState ?? null,
    update.objectState ?? null,
    update.objectSha256 ?? null,
    update.stateDetail ?? null,
    update.seq,
  ];
}
