import type Database from 'better-sqlite3';
import type { HeldReason, ItemGroup, ItemGrouping } from '../../../shared/domain/plan.ts';
import type {
  ItemMatch,
  ItemPage,
  ItemQuery,
  ItemRows,
  StoredItem,
} from '../../core/ports/run-file.ts';
import type { ItemCounts } from './item-counts.ts';
import type { ItemReader } from './item-reader.ts';
import { filterSql, OUTCOME, SOURCE_COLUMNS } from './item-rows.ts';
import { allOf, inStagesAfter, inStagesThrough } from './stage-conditions.ts';

/** Items after a position that pass a filter, in order. */
export function pageItems(reader: ItemReader, page: ItemPage): readonly StoredItem[] {
  const { filter, afterSeq, limit, throughStage, afterStage } = page;
  const condition = allOf(
    filterSql(filter, SOURCE_COLUMNS),
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
  parts: {
    readonly database: Database.Database;
    readonly reader: ItemReader;
    readonly counts: ItemCounts;
  },
  query: ItemQuery,
): { readonly items: readonly StoredItem[]; readonly total: number } {
  const { database, reader, counts } = parts;
  const { conditions, values } = conditionsOf(query);
  const { offset, limit } = query;
  const isCounted =
    query.heldReason === undefined && query.group === undefined && query.search === '';
  const known = isCounted ? counts.ofMatch(query) : undefined;
  // Without a condition positions are dense from 1: a page deep in a million items costs as little as the first.
  if (conditions.length === 0) {
    return {
      items: pageItems(reader, { filter: 'all', afterSeq: offset, limit }),
      total: known ?? 0,
    };
  }
  if (known === 0) return { items: [], total: 0 };
  const where = conditions.join(' AND ');
  const seqs = database
    .prepare<(string | number | null)[], number>(
      `SELECT seq FROM item_now WHERE ${where} ORDER BY seq LIMIT ? OFFSET ?`,
    )
    .pluck()
    .all(...values, limit, offset);
  const items = reader.at(seqs);
  if (known !== undefined) return { items, total: known };
  // A page that is not full ends with the last item that matches: that tells how many there are without looking for them again.
  const isLast = seqs.length < limit && (seqs.length > 0 || offset === 0);
  if (isLast) return { items, total: offset + seqs.length };
  const total = database
    .prepare<(string | null)[], { n: number }>(`SELECT count(*) AS n FROM item_now WHERE ${where}`)
    .get(...values);
  return { items, total: total?.n ?? 0 };
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
  // There is an index of these.
  if (match.verdict === 'held') conditions.push('held_reason IS NOT NULL');
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
