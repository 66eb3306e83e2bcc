import { z } from 'zod';
import { assertNever } from '../../../shared/domain/operator-error.ts';
import type {
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
import { corrupt } from './errors.ts';
import { columnAt, currentSql, positionsOf } from './item-columns.ts';
import type { Cell } from './judgements.ts';

const MarksCell = z.tuple([z.string().nullable(), z.string().nullable(), z.string().nullable()]);

/** A row of `judgement`. Of a column in which items may differ it has the usual value, of a key what comes before the item's object key. */
export interface JudgementRow {
  readonly batch_id: string;
  readonly verdict: Verdict;
  readonly row_action: StoredItem['rowAction'];
  readonly object_action: ObjectAction;
  readonly has_file: 0 | 1;
  readonly before_status: string | null;
  readonly before_completed_at: string | null;
  readonly before_r2_key: string | null;
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
  readonly object_proof: Proof;
  readonly object_detail: string;
  readonly original_proof: Proof;
  readonly original_detail: string;
  readonly held_detail: string | null;
  readonly held_fix: string | null;
  readonly quarantine_key: string | null;
  readonly row_state: RowState;
  readonly object_state: ObjectState;
}

/** The columns of `judgement` beside its id. */
export const JUDGEMENT_COLUMNS = positionsOf('judged', 'usual', 'keyed').map(columnAt).join(', ');

/** The cells of an item in the order of `ITEM_COLUMNS`. */
export function cellsOf(item: StoredItem): readonly Cell[] {
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

/** The marks that a cell holds. */
export function marksOf(cell: string | null): MigrationMarks | null {
  if (cell === null) return null;
  const marks = MarksCell.safeParse(jsonOf(cell));
  if (!marks.success) throw corrupt('the marks of an item cannot be read');
  const [migratedAt, migrationStatus, migrationBatchId] = marks.data;
  return { migratedAt, migrationStatus, migrationBatchId };
}

function jsonOf(cell: string): unknown {
  try {
    return JSON.parse(cell);
  } catch {
    return undefined;
  }
}

/** What filters look at, in SQL. */
interface FilteredColumns {
  readonly verdict: string;
  readonly rowState: string;
  readonly objectState: string;
}

/** The condition that a filter stands for, `null` where there is none; see `ItemFilter`. */
export function filterSql(filter: ItemFilter, columns: FilteredColumns): string | null {
  const { verdict, rowState, objectState } = columns;
  switch (filter) {
    case 'all':
      return null;
    case 'changing':
      return `${verdict} = 'change'`;
    case 'held':
      return `${verdict} = 'held'`;
    case 'rows-planned':
      return `${rowState} = 'planned' AND ${objectState} NOT IN ('drifted', 'failed')`;
    case 'rows-done':
      return `${rowState} = 'done'`;
    case 'objects-planned':
      return `${objectState} = 'planned' AND ${rowState} NOT IN ('drifted', 'failed')`;
    case 'objects-quarantined':
      return `${objectState} = 'quarantined'`;
    case 'objects-done':
      return `${objectState} = 'done'`;
    case 'objects-failed':
      return `${objectState} = 'failed'`;
    default:
      return assertNever(filter);
  }
}

/** The columns that filters look at, on `ITEM_SOURCE`. */
export const SOURCE_COLUMNS: FilteredColumns = {
  verdict: currentSql('verdict'),
  rowState: currentSql('row_state'),
  objectState: currentSql('object_state'),
};

/** What became of an item, in SQL on `item_now`; the same decision as the core's `outcomeOf`. */
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
export function updateCellsOf(update: ItemUpdate): readonly Cell[] {
  return [
    update.rowState ?? null,
    update.objectState ?? null,
    update.objectSha256 ?? null,
    update.stateDetail ?? null,
    update.seq,
  ];
}
