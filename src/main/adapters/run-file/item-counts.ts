import type Database from 'better-sqlite3';
import type { RunCounts } from '../../../shared/domain/run.ts';
import type { ItemFilter, ItemMatch } from '../../core/ports/run-file.ts';
import { ITEM_SOURCE } from './item-columns.ts';
import { filterSql, OUTCOME, SOURCE_COLUMNS } from './item-rows.ts';
import { allOf, inStagesThrough } from './stage-conditions.ts';

/** Items by judgement and state, counted by reading each of them. */
const COUNTED = `SELECT item.judgement, state.row_state, state.object_state, count(*) AS n
  FROM item LEFT JOIN item_state AS state ON state.seq = item.seq GROUP BY 1, 2, 3`;

/** Counts the items anew and keeps the answer until `forgetAlike`; inside a transaction of the caller. */
export function keepAlike(database: Database.Database): void {
  forgetAlike(database);
  database.exec(`INSERT INTO alike (judgement, row_state, object_state, n) ${COUNTED}`);
}

/** Said before the state of an item changes, in the same transaction. */
export function forgetAlike(database: Database.Database): void {
  database.exec('DELETE FROM alike');
}

/** Whether what was kept is what the items say; `true` where nothing was kept. */
export function isAlikeTrue(database: Database.Database): boolean {
  const rowsOf = (source: string): readonly unknown[] =>
    database.prepare(`SELECT * FROM (${source}) ORDER BY 1, 2, 3, 4`).raw().all();
  const kept = rowsOf('SELECT judgement, row_state, object_state, n FROM alike');
  return kept.length === 0 || JSON.stringify(kept) === JSON.stringify(rowsOf(COUNTED));
}

/** Counts items by what is judged of them and what became of them. */
export interface ItemCounts {
  /** How many items pass a filter, of the stages up to and including one. */
  readonly ofFilter: (filter: ItemFilter, stage: number | undefined) => number;
  /** How many items have this verdict and this outcome. */
  readonly ofMatch: (match: Pick<ItemMatch, 'verdict' | 'outcome'>) => number;
  /** What became of the planned items. */
  readonly ofRun: () => RunCounts;
}

/** Items alike in what is counted here: there are a few of them, of a million items. Bound to one parameter: the rows as JSON. */
const ALIKE = `(SELECT value ->> 0 AS n, value ->> 1 AS verdict, value ->> 2 AS object_action, value ->> 3 AS row_state,
  value ->> 4 AS object_state FROM json_each(?))`;

const ALIKE_COLUMNS = { verdict: 'verdict', rowState: 'row_state', objectState: 'object_state' };

/** `read`: nobody changes the file through this connection, and it is open for one question: items are counted once. */
export function createItemCounts(
  database: Database.Database,
  access: 'read' | 'write',
): ItemCounts {
  let remembered: string | undefined;

  function alike(): string {
    if (remembered !== undefined) return remembered;
    const isKept = database.prepare('SELECT 1 FROM alike LIMIT 1').get() !== undefined;
    const rows = database
      .prepare(
        `SELECT sum(n), verdict, object_action, coalesce(counted.row_state, judgement.row_state),
           coalesce(counted.object_state, judgement.object_state)
         FROM (${isKept ? 'SELECT * FROM alike' : COUNTED}) AS counted JOIN judgement ON judgement.id = counted.judgement
         GROUP BY 2, 3, 4, 5`,
      )
      .raw()
      .all();
    const json = JSON.stringify(rows);
    if (access === 'read') remembered = json;
    return json;
  }

  function sumOf(condition: string | null, ...values: readonly string[]): number {
    const row = database
      .prepare<string[], { n: number }>(
        `SELECT coalesce(sum(n), 0) AS n FROM ${ALIKE} WHERE ${condition ?? 'TRUE'}`,
      )
      .get(alike(), ...values);
    return row?.n ?? 0;
  }

  // One state of the file: between two statements a run may change the first item, and empty `alike`.
  const inOneState = <Args extends unknown[], Result>(count: (...args: Args) => Result) =>
    database.transaction(count);

  return {
    ofFilter: inOneState((filter: ItemFilter, stage: number | undefined) => {
      if (stage === undefined) return sumOf(filterSql(filter, ALIKE_COLUMNS));
      const condition = allOf(filterSql(filter, SOURCE_COLUMNS), inStagesThrough(stage));
      const row = database
        .prepare<[], { n: number }>(
          `SELECT count(*) AS n FROM ${ITEM_SOURCE} WHERE ${condition ?? 'TRUE'}`,
        )
        .get();
      return row?.n ?? 0;
    }),
    ofMatch: inOneState(({ verdict, outcome }: Pick<ItemMatch, 'verdict' | 'outcome'>) => {
      const conditions = [
        ...(verdict === undefined ? [] : ['verdict = ?']),
        ...(outcome === undefined ? [] : [`(${OUTCOME}) = ?`]),
      ];
      const values = [verdict, outcome].filter((value) => value !== undefined);
      return sumOf(allOf(...conditions), ...values);
    }),
    ofRun: inOneState(() => {
      const row = database
        .prepare<[string], RunCounts>(
          `SELECT coalesce(sum(n) FILTER (WHERE verdict = 'change'), 0) AS planned,
            coalesce(sum(n) FILTER (WHERE verdict = 'change' AND (${OUTCOME}) = 'done'), 0) AS done,
            coalesce(sum(n) FILTER (WHERE verdict = 'held'), 0) AS held,
            coalesce(sum(n) FILTER (WHERE verdict = 'change' AND (${OUTCOME}) = 'drifted'), 0) AS drifted,
            coalesce(sum(n) FILTER (WHERE verdict = 'change' AND (${OUTCOME}) = 'failed'), 0) AS failed,
            coalesce(sum(n) FILTER (WHERE object_state = 'done' AND object_action IN ('quarantine-and-delete', 'purge')), 0) AS objectsRemoved,
            coalesce(sum(n) FILTER (WHERE object_state = 'done' AND object_action = 'restore'), 0) AS objectsRestored,
            (SELECT coalesce(sum(removed_bytes), 0) FROM journal WHERE step = 'delete-objects') AS bytesQuarantined,
            (SELECT coalesce(sum(removed_bytes), 0) FROM journal WHERE step = 'purge-objects') AS bytesFreed
          FROM ${ALIKE}`,
        )
        .get(alike());
      if (row === undefined) throw new Error('an aggregate without GROUP BY gives one row');
      return row;
    }),
  };
}
