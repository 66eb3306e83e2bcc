import type Database from 'better-sqlite3';
import type { Debt, DebtItem, DebtKind } from '../../../shared/domain/debt.ts';
import type { DebtLedger } from '../../core/ports/debts.ts';
import { withWorkspace } from './connection.ts';
import { enterEffects, finishEntering } from './enter-effects.ts';

/** The ledger of debts in the workspace's database at `path`. */
export function openDebtLedger(path: string): DebtLedger {
  function read<T>(work: (database: Database.Database) => T, nothing: T): T {
    return withWorkspace(path, 'read', work) ?? nothing;
  }

  return {
    enteredEnds: () =>
      read<ReadonlyMap<string, string>>(
        (database) =>
          new Map(
            database
              .prepare<[], { run_id: string; ended: string }>(
                'SELECT run_id, ended FROM entered_run',
              )
              .all()
              .map((row) => [row.run_id, row.ended]),
          ),
        new Map(),
      ),
    hasItems: (fingerprint) =>
      read(
        (database) =>
          database.prepare('SELECT 1 FROM debt WHERE target_fingerprint = ?').get(fingerprint) !==
          undefined,
        false,
      ),
    enter: (run, effects) => {
      withWorkspace(path, 'write', (database) => {
        enterEffects(database, run, effects);
      });
    },
    finishRun: (run) => {
      withWorkspace(path, 'write', (database) => {
        finishEntering(database, run);
      });
    },
    list: () => read((database) => readDebts(database, ''), []),
    find: (runId) =>
      read((database) => readDebts(database, 'WHERE run_id = ?', runId)[0], undefined),
    pageItems: (page) => read((database) => pageItems(database, page), []),
    openItems: (runId, { firstSeq, lastSeq }) =>
      read(
        (database) =>
          new Set(
            database
              .prepare<[string, number, number], number>(
                'SELECT seq FROM debt_item WHERE run_id = ? AND seq BETWEEN ? AND ? AND settled_by IS NULL',
              )
              .pluck()
              .all(runId, firstSeq, lastSeq),
          ),
        new Set<number>(),
      ),
    settledBy: (runId) =>
      read(
        (database) =>
          database
            .prepare<[string], string>(
              'SELECT DISTINCT settled_by FROM debt_item WHERE run_id = ? AND settled_by IS NOT NULL ORDER BY settled_by',
            )
            .pluck()
            .all(runId),
        [],
      ),
  };
}

interface DebtRow {
  readonly run_id: string;
  readonly kind: DebtKind;
  readonly target_name: string;
  readonly target_fingerprint: string;
  readonly scope_in_words: string;
  readonly opened_at: string;
  readonly items: number;
  readonly open: number;
  /** Open items whose size nobody knows. */
  readonly unmeasured: number;
  readonly bytes: number;
  readonly settled_by: string | null;
  readonly settled_at: string | null;
}

function readDebts(
  database: Database.Database,
  where: '' | 'WHERE run_id = ?',
  ...values: readonly string[]
): readonly Debt[] {
  return database
    .prepare<string[], DebtRow>(
      // With one max() SQLite takes the other columns from the row that has it: the last to be settled.
      `SELECT debt.*, counted.* FROM debt JOIN (
         SELECT run_id AS id, count(*) AS items, coalesce(sum(settled_by IS NULL), 0) AS open,
           coalesce(sum(settled_by IS NULL AND size_bytes IS NULL), 0) AS unmeasured,
           coalesce(sum(CASE WHEN settled_by IS NULL THEN size_bytes END), 0) AS bytes, settled_by, max(settled_at) AS settled_at
         FROM debt_item GROUP BY run_id) AS counted ON counted.id = debt.run_id
       ${where} ORDER BY counted.open = 0, debt.run_id DESC`,
    )
    .all(...values)
    .map(debtOf);
}

function debtOf(row: DebtRow): Debt {
  const isOpen = row.open > 0;
  return {
    runId: row.run_id,
    kind: row.kind,
    targetName: row.target_name,
    targetFingerprint: row.target_fingerprint,
    scopeInWords: row.scope_in_words,
    openedAt: row.opened_at,
    state: isOpen ? 'open' : 'closed',
    itemCount: row.items,
    openCount: row.open,
    openBytes: row.unmeasured > 0 ? null : row.bytes,
    closedBy: isOpen ? null : row.settled_by,
    closedAt: isOpen ? null : row.settled_at,
  };
}

function pageItems(
  database: Database.Database,
  page: { readonly runId: string; readonly offset: number; readonly limit: number },
): readonly DebtItem[] {
  return database
    .prepare<
      [string, number, number],
      {
        record_id: string;
        file_id: string | null;
        object_key: string;
        size_bytes: number | null;
        etag: string | null;
        settled_by: string | null;
        settled_at: string | null;
      }
    >(
      `SELECT record_id, file_id, object_key, size_bytes, etag, settled_by, settled_at FROM debt_item
       WHERE run_id = ? ORDER BY settled_by IS NOT NULL, seq LIMIT ? OFFSET ?`,
    )
    .all(page.runId, page.limit, page.offset)
    .map((row) => ({
      recordId: row.record_id,
      fileId: row.file_id,
      objectKey: row.object_key,
      sizeBytes: row.size_bytes,
      etag: row.etag,
      state: row.settled_by === null ? 'open' : 'closed',
      settledBy: row.settled_by,
      settledAt: row.settled_at,
    }));
}
