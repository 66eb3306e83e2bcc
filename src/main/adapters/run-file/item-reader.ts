import type Database from 'better-sqlite3';
import type { HeldReason, RowValues } from '../../../shared/domain/plan.ts';
import type { ObjectState, RowState, StoredItem } from '../../core/ports/run-file.ts';
import { corrupt } from './errors.ts';
import { ITEM_SOURCE } from './item-columns.ts';
import { JUDGEMENT_COLUMNS, type JudgementRow, marksOf } from './item-rows.ts';

/** What `item` and `item_state` hold of one item, in the order of `OWN_CELLS`. */
type OwnCells = readonly [
  seq: number,
  judgement: number,
  recordId: string,
  fileId: string | null,
  userId: string | null,
  filename: string | null,
  sourcePath: string | null,
  objectKey: string | null,
  beforeCompletedAt: string | null,
  beforeR2Key: string | null,
  beforeChecksum: string | null,
  beforeUpdatedAt: string | null,
  beforeMarks: string | null,
  afterCompletedAt: string | null,
  afterR2Key: string | null,
  afterChecksum: string | null,
  afterUpdatedAt: string | null,
  afterMarks: string | null,
  factsKey: string | null,
  factsSize: number | null,
  factsEtag: string | null,
  factsModified: string | null,
  objectDetail: string | null,
  originalDetail: string | null,
  heldReason: HeldReason | null,
  heldDetail: string | null,
  heldFix: string | null,
  objectSha256: string | null,
  quarantineKey: string | null,
  plannedDetail: string | null,
  stateSeq: number | null,
  rowState: RowState | null,
  objectState: ObjectState | null,
  stateSha256: string | null,
  stateDetail: string | null,
];

const OWN_CELLS = `item.seq, item.judgement, item.record_id, item.file_id, item.user_id, item.filename, item.source_path, item.object_key,
  item.before_completed_at, item.before_r2_key, item.before_checksum, item.before_updated_at, item.before_marks,
  item.after_completed_at, item.after_r2_key, item.after_checksum, item.after_updated_at, item.after_marks,
  item.facts_key, item.facts_size, item.facts_etag, item.facts_modified, item.object_detail, item.original_detail,
  item.held_reason, item.held_detail, item.held_fix, item.object_sha256, item.quarantine_key, item.state_detail,
  state.seq, state.row_state, state.object_state, state.object_sha256, state.state_detail`;

const WITH_STATE = 'item LEFT JOIN item_state AS state ON state.seq = item.seq';

/** A part of the statement that chooses items: conditions on `ITEM_SOURCE` and the values that they bind. */
interface Choice {
  readonly from: string;
  readonly where: string;
  readonly values: readonly (string | number)[];
}

/** Reads items, in order. Statements and judgements are kept from one call to the next: neither changes. */
export interface ItemReader {
  /** Those after a position that pass a condition on `ITEM_SOURCE`, at most `limit`; `null`: every one. */
  page(page: {
    readonly condition: string | null;
    readonly afterSeq: number;
    readonly limit: number;
  }): readonly StoredItem[];
  between(firstSeq: number, lastSeq: number): readonly StoredItem[];
  /** Those at the named positions. */
  at(seqs: readonly number[]): readonly StoredItem[];
  withObjectKey(key: string): readonly StoredItem[];
}

/** Judgements kept in memory. A plan of more than as many batches reads some of them again. */
const REMEMBERED = 4_096;

/** Makes the reader of one connection. */
export function createItemReader(database: Database.Database): ItemReader {
  const statements = new Map<string, Database.Statement<(string | number)[], OwnCells>>();
  const judgements = new Map<number, JudgementRow>();
  let findJudgement: Database.Statement<[number], JudgementRow> | undefined;

  function judgement(id: number): JudgementRow {
    const known = judgements.get(id);
    if (known !== undefined) return known;
    findJudgement ??= database.prepare(`SELECT ${JUDGEMENT_COLUMNS} FROM judgement WHERE id = ?`);
    const row = findJudgement.get(id);
    if (row === undefined) throw corrupt(`there is no judgement ${String(id)}`);
    requireJudgementTypes(row);
    if (judgements.size >= REMEMBERED) judgements.clear();
    judgements.set(id, row);
    return row;
  }

  function read({ from, where, values }: Choice): readonly StoredItem[] {
    const sql = `SELECT ${OWN_CELLS} FROM ${from} WHERE ${where}`;
    let statement = statements.get(sql);
    if (statement === undefined) {
      statement = database.prepare<(string | number)[], OwnCells>(sql).raw();
      statements.set(sql, statement);
    }
    return statement.all(...values).map((own) => itemOf(requireTypes(own), judgement(own[1])));
  }

  return {
    page: ({ condition, afterSeq, limit }) =>
      read({
        from: condition === null ? WITH_STATE : ITEM_SOURCE,
        where: `item.seq > ? ${condition === null ? '' : `AND (${condition})`} ORDER BY item.seq LIMIT ?`,
        values: [afterSeq, limit],
      }),
    between: (firstSeq, lastSeq) =>
      read({
        from: WITH_STATE,
        where: 'item.seq BETWEEN ? AND ? ORDER BY item.seq',
        values: [firstSeq, lastSeq],
      }),
    at: (seqs) =>
      read({
        from: WITH_STATE,
        where: 'item.seq IN (SELECT value FROM json_each(?)) ORDER BY item.seq',
        values: [JSON.stringify(seqs)],
      }),
    withObjectKey: (key) =>
      read({ from: WITH_STATE, where: 'item.object_key = ? ORDER BY item.seq', values: [key] }),
  };
}

/** Cells that hold numbers; all others hold texts. */
const NUMBERS: ReadonlySet<string> = new Set([
  'item.seq',
  'item.judgement',
  'item.facts_size',
  'state.seq',
]);
const OWN_TYPES = OWN_CELLS.split(/,\s*/).map((cell) => (NUMBERS.has(cell) ? 'number' : 'string'));

/** To SQLite the type of a column is a wish: where a file was damaged, what should be a text may be a number. */
function requireTypes(own: OwnCells): OwnCells {
  for (let at = 0; at < own.length; at += 1) {
    const cell = own[at];
    if (cell === null || typeof cell === OWN_TYPES[at]) continue;
    throw corrupt(`item ${String(own[0])} holds something else than it should`);
  }
  return own;
}

function requireJudgementTypes({ has_file: hasFile, ...texts }: JudgementRow): void {
  const areTexts = Object.values(texts).every((cell) => cell === null || typeof cell === 'string');
  if (areTexts && typeof hasFile === 'number') return;
  throw corrupt('a judgement holds something else than it should');
}

function itemOf(own: OwnCells, judged: JudgementRow): StoredItem {
  const objectKey = own[7];
  const factsKey = own[18] ?? keyed(judged.facts_key, objectKey);
  const isTouched = own[30] !== null;
  return {
    seq: own[0],
    recordId: own[2],
    batchId: judged.batch_id,
    fileId: own[3],
    userId: own[4],
    filename: own[5],
    sourcePath: own[6],
    objectKey,
    verdict: judged.verdict,
    rowAction: judged.row_action,
    objectAction: judged.object_action,
    before: {
      status: judged.before_status,
      completedAt: own[8] ?? judged.before_completed_at,
      file:
        judged.has_file === 0
          ? null
          : {
              r2Key: own[9] ?? keyed(judged.before_r2_key, objectKey),
              checksum: own[10],
              updatedAt: own[11] ?? judged.before_updated_at,
              marks: marksOf(own[12] ?? judged.before_marks),
            },
    },
    after: afterOf(own, judged),
    object:
      factsKey === null
        ? null
        : {
            key: factsKey,
            sizeBytes: own[19] ?? 0,
            etag: own[20] ?? '',
            lastModified: own[21] ?? '',
          },
    objectProof: judged.object_proof,
    objectDetail: own[22] ?? judged.object_detail,
    originalProof: judged.original_proof,
    originalDetail: own[23] ?? judged.original_detail,
    held:
      own[24] === null
        ? null
        : {
            reason: own[24],
            detail: own[25] ?? judged.held_detail ?? '',
            fix: own[26] ?? judged.held_fix ?? '',
          },
    objectSha256: own[33] ?? own[27],
    quarantineKey: own[28] ?? keyed(judged.quarantine_key, objectKey),
    rowState: own[31] ?? judged.row_state,
    objectState: own[32] ?? judged.object_state,
    stateDetail: isTouched ? own[34] : own[29],
  };
}

function afterOf(own: OwnCells, judged: JudgementRow): RowValues {
  return {
    status: judged.after_status,
    completedAt: own[13] ?? judged.after_completed_at,
    file:
      judged.has_file === 0
        ? null
        : {
            r2Key: own[14] ?? keyed(judged.after_r2_key, own[7]),
            checksum: own[15] ?? judged.after_checksum,
            updatedAt: own[16] ?? judged.after_updated_at,
            marks: marksOf(own[17] ?? judged.after_marks),
          },
  };
}

/** A judged key is what comes before the item's object key. */
function keyed(prefix: string | null, objectKey: string | null): string | null {
  return prefix === null || objectKey === null ? null : prefix + objectKey;
}
