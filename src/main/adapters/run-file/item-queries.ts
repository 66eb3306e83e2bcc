import type Database from 'better-sqlite3';
import type { HeldReason, ItemGroup, ItemGrouping } from '../../../shared/domain/plan.ts';
import type { RunCounts } from '../../../shared/domain/run.ts';
import type {
  ItemFilter,
  ItemMatch,
  ItemPage,
  ItemQuery,
  ItemRows,
  StoredItem,
} from '../../core/ports/run-file.ts';
import { ITEM_SOURCE } from './item-columns.ts';
import type { ItemReader } from './item-reader.ts';
import { FILTERS, OUTCOME } from './item-rows.ts';
import { allOf, inStagesAfter, inStagesThrough } from './stage-conditions.ts';

/** Items after a position that pass a filter, in order. */
export function pageItems(reader: ItemReader, page: ItemPage): readonly StoredItem[] {
  const { filter, afterSeq, limit, throughStage, afterStage } = page;
  const condition = allOf(
    FILTERS[filter],
    inStagesThrough(throughStage),
    inStagesAfter(afterStage),
  );
  return reader.page({ condition, afterSeq, limit });
}

/** Items after a position, in order: no more of them than which rows they are about. */
export function pageItemRows(
  database: Database.Database,
  page: Pick<ItemPage, 'afterSeq' | 'limit'>,
): readonly ItemRows[] {
  return database
    .prepare<[number, number], ItemRows>(
      `SELECT item.seq, record_id AS recordId, file_id AS fileId, row_action AS rowAction
       FROM item CROSS JOIN judgement ON judgement.id = item.judgement
       WHERE item.seq > ? ORDER BY item.seq LIMIT ?`,
    )
    .all(page.afterSeq, page.limit);
}

/** How many items pass a filter, of the stages up to and including one. */
export function countItems(
  database: Database.Database,
  filter: ItemFilter,
  stage: number | undefined,
): number {
  const row = database
    .prepare<[], { n: number }>(
      `SELECT count(*) AS n FROM ${ITEM_SOURCE} WHERE ${allOf(FILTERS[filter], inStagesThrough(stage)) ?? 'TRUE'}`,
    )
    .get();
  return row?.n ?? 0;
}

const SEARCHED = [
  'record_id',
  'file_id',
  'filename',
  'source_path',
  'object_key',
  'user_id',
  'batch_id',
];

/** One page of the item table of the console, and how many items match in all. */
export function queryItems(
  database: Database.Database,
  reader: ItemReader,
  query: ItemQuery,
): { readonly items: readonly StoredItem[]; readonly total: number } {
  const { conditions, values } = conditionsOf(query);
  // Without a condition positions are dense from 1: a page deep in a million items costs as little as the first.
  if (conditions.length === 0) {
    const total = database
      .prepare<[], { n: number }>('SELECT coalesce(max(seq), 0) AS n FROM item')
      .get();
    return {
      items: pageItems(reader, { filter: 'all', afterSeq: query.offset, limit: query.limit }),
      total: total?.n ?? 0,
    };
  }
  const where = conditions.join(' AND ');
  const total = database
    .prepare<(string | null)[], { n: number }>(`SELECT count(*) AS n FROM item_now WHERE ${where}`)
    .get(...values);
  const seqs = database
    .prepare<(string | number | null)[], number>(
      `SELECT seq FROM item_now WHERE ${where} ORDER BY seq LIMIT ? OFFSET ?`,
    )
    .pluck()
    .all(...values, query.limit, query.offset);
  return { items: reader.at(seqs), total: total?.n ?? 0 };
}

/** Items after a position that match, in order. */
export function matchingItems(
  database: Database.Database,
  reader: ItemReader,
  match: ItemMatch & { readonly afterSeq: number; readonly limit: number },
): readonly StoredItem[] {
  const { conditions, values } = conditionsOf(match);
  const where = ['seq > ?', ...conditions].join(' AND ');
  const seqs = database
    .prepare<(string | number | null)[], number>(
      `SELECT seq FROM item_now WHERE ${where} ORDER BY seq LIMIT ?`,
    )
    .pluck()
    .all(match.afterSeq, ...values, match.limit);
  return reader.at(seqs);
}

/** What items are grouped by, in SQL on `item_now`. What `rtrim` takes away is everything after the last slash. */
const GROUPINGS: Readonly<Record<ItemGrouping, string>> = {
  user: 'user_id',
  folder: "rtrim(source_path, replace(source_path, '/', ''))",
  batch: 'batch_id',
};

/** Counts the items that match by user, folder or batch. */
export function groupItems(
  database: Database.Database,
  query: ItemMatch & { readonly by: ItemGrouping; readonly limit: number },
): { readonly groups: readonly ItemGroup[]; readonly total: number } {
  const { conditions, values } = conditionsOf(query);
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  const rows = database
    .prepare<(string | number | null)[], ItemGroup & { total: number }>(
      `SELECT ${GROUPINGS[query.by]} AS value, count(*) AS files,
         count(*) FILTER (WHERE verdict = 'change') AS toChange,
         count(*) FILTER (WHERE verdict = 'held') AS held,
         coalesce(sum(facts_size), 0) AS objectBytes, count(*) OVER () AS total
       FROM item_now ${where} GROUP BY 1 ORDER BY files DESC, value LIMIT ?`,
    )
    .all(...values, query.limit);
  return {
    groups: rows.map(({ total: _, ...group }) => group),
    total: rows[0]?.total ?? 0,
  };
}

function conditionsOf(match: ItemMatch): {
  readonly conditions: readonly string[];
  readonly values: readonly (string | null)[];
} {
  const conditions: string[] = [];
  const values: (string | null)[] = [];
  const add = (condition: string, value: string | undefined): void => {
    if (value === undefined) return;
    conditions.push(condition);
    values.push(value);
  };
  add('verdict = ?', match.verdict);
  add('held_reason = ?', match.heldReason);
  add(`(${OUTCOME}) = ?`, match.outcome);
  if (match.group !== undefined) {
    conditions.push(`${GROUPINGS[match.group.by]} IS ?`);
    values.push(match.group.value);
  }
  if (match.search !== '') {
    const pattern = `%${match.search.replaceAll(/[\\%_]/g, (special) => `\\${special}`)}%`;
    conditions.push(`(${SEARCHED.map((column) => `${column} LIKE ? ESCAPE '\\'`).join(' OR ')})`);
    values.push(...SEARCHED.map(() => pattern));
  }
  return { conditions, values };
}

/** Items alike in judgement and state, counted, with what `OUTCOME` needs: there are a few of them, of a million items. */
const ALIKE = `WITH counted AS MATERIALIZED (
    SELECT item.judgement, state.row_state, state.object_state, count(*) AS n
    FROM item LEFT JOIN item_state AS state ON state.seq = item.seq GROUP BY 1, 2, 3),
  alike AS (
    SELECT n, verdict, object_action, coalesce(counted.row_state, judgement.row_state) AS row_state,
      coalesce(counted.object_state, judgement.object_state) AS object_state
    FROM counted JOIN judgement ON judgement.id = counted.judgement)`;

/** What became of the planned items. */
export function runCounts(database: Database.Database): RunCounts {
  const row = database
    .prepare<[], RunCounts>(
      `${ALIKE} SELECT coalesce(sum(n) FILTER (WHERE verdict = 'change'), 0) AS planned,
        coalesce(sum(n) FILTER (WHERE verdict = 'change' AND (${OUTCOME}) = 'done'), 0) AS done,
        coalesce(sum(n) FILTER (WHERE verdict = 'held'), 0) AS held,
        coalesce(sum(n) FILTER (WHERE verdict = 'change' AND (${OUTCOME}) = 'drifted'), 0) AS drifted,
        coalesce(sum(n) FILTER (WHERE verdict = 'change' AND (${OUTCOME}) = 'failed'), 0) AS failed,
        coalesce(sum(n) FILTER (WHERE object_state = 'done' AND object_action IN ('quarantine-and-delete', 'purge')), 0) AS objectsRemoved,
        coalesce(sum(n) FILTER (WHERE object_state = 'done' AND object_action = 'restore'), 0) AS objectsRestored,
        (SELECT coalesce(sum(removed_bytes), 0) FROM journal WHERE step = 'delete-objects') AS bytesQuarantined,
        (SELECT coalesce(sum(removed_bytes), 0) FROM journal WHERE step = 'purge-objects') AS bytesFreed
      FROM alike`,
    )
    .get();
  if (row === undefined) throw new Error('an aggregate without GROUP BY gives one row');
  return row;
}

/** Held items by reason, most first. */
export function heldByReason(
  database: Database.Database,
): readonly { readonly reason: HeldReason; readonly count: number }[] {
  return database
    .prepare<[], { reason: HeldReason; count: number }>(
      `SELECT held_reason AS reason, count(*) AS count FROM item_now
       WHERE held_reason IS NOT NULL AND verdict = 'held' GROUP BY held_reason ORDER BY count DESC, reason`,
    )
    .all();
}
