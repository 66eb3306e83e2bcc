import type Database from 'better-sqlite3';
import type { DebtEffect, LedgerRun } from '../../core/ports/debts.ts';
import { indexItems } from './schema.ts';

/** Items of this target, open or not; `@kind` is that of their debt. */
const OF_TARGET =
  'run_id IN (SELECT run_id FROM debt WHERE target_fingerprint = @fingerprint AND kind = @kind)';

const SETTLE = `UPDATE debt_item SET settled_by = @runId, settled_at = @at
  WHERE ${OF_TARGET} AND settled_by IS NULL AND run_id <> @runId`;
const REOPEN = `UPDATE debt_item SET settled_by = NULL, settled_at = NULL
  WHERE ${OF_TARGET} AND settled_by = @subjectRunId`;

/**
 * Enters what a run did to files, in one transaction. A second time changes nothing.
 *
 * A row that is reset, or comes back, settles what dangled or was orphaned by it; so does an object that goes or comes back. An undo
 * also opens again what the run that it takes back had settled.
 */
export function enterEffects(
  database: Database.Database,
  run: LedgerRun,
  effects: readonly DebtEffect[],
): void {
  // What the run opens itself needs no look at others, and is all there is where the target has no other debt.
  const settle = hasOtherDebts(database, run) ? settlerOf(database, run) : undefined;
  const open = openerOf(database, run, settle === undefined ? 'the-only-debt' : 'one-of-several');
  database.transaction(() => {
    for (const effect of effects) {
      settle?.(effect);
      open(effect);
    }
  })();
}

function hasOtherDebts(database: Database.Database, run: LedgerRun): boolean {
  return (
    database
      .prepare(
        'SELECT 1 FROM debt WHERE target_fingerprint = @targetFingerprint AND run_id <> @runId',
      )
      .get({ targetFingerprint: run.targetFingerprint, runId: run.runId }) !== undefined
  );
}

/** Settles, or opens again, what other runs left open. */
function settlerOf(database: Database.Database, run: LedgerRun): (effect: DebtEffect) => void {
  indexItems(database);
  const settleByRecord = database.prepare(`${SETTLE} AND record_id = @recordId`);
  const settleByKey = database.prepare(`${SETTLE} AND object_key = @objectKey`);
  const reopenByRecord = database.prepare(`${REOPEN} AND record_id = @recordId`);
  const reopenByKey = database.prepare(
    `${REOPEN} AND object_key = @objectKey AND record_id <> @except`,
  );
  const { runId, subjectRunId, at, targetFingerprint: fingerprint } = run;
  const orphans = { kind: 'orphan-objects', fingerprint };
  const dangling = { kind: 'dangling-rows', fingerprint };
  return (effect) => {
    const { recordId, objectKey } = effect;
    if (effect.row === 'reset') settleByRecord.run({ ...dangling, runId, at, recordId });
    if (effect.object === 'removed') settleByKey.run({ ...orphans, runId, at, objectKey });
    if (effect.object === 'kept') settleByRecord.run({ ...orphans, runId, at, recordId });
    if (effect.row === 'restored') {
      settleByRecord.run({ ...orphans, runId, at, recordId });
      if (effect.object === 'none') reopenByRecord.run({ ...dangling, subjectRunId, recordId });
    }
    if (effect.object === 'restored') {
      settleByKey.run({ ...dangling, runId, at, objectKey });
      const except = effect.row === 'restored' ? recordId : '';
      reopenByKey.run({ ...orphans, subjectRunId, objectKey, except });
    }
  };
}

/** Opens an item, unless the other half of the file is known to be gone already: then nothing is left open. */
function openerOf(
  database: Database.Database,
  run: LedgerRun,
  place: 'the-only-debt' | 'one-of-several',
): (effect: DebtEffect) => void {
  const putDebt = database.prepare(
    'INSERT OR IGNORE INTO debt VALUES (@runId, @kind, @targetName, @targetFingerprint, @scopeInWords, @at)',
  );
  const unlessHalfGone =
    place === 'the-only-debt'
      ? 'true'
      : `NOT EXISTS (SELECT 1 FROM debt_item WHERE record_id = @recordId AND object_key = @objectKey AND ${OF_TARGET}
           AND (settled_by IS NULL OR settled_by = @runId))`;
  const putItem = database.prepare(
    `INSERT INTO debt_item (run_id, seq, record_id, file_id, object_key, size_bytes, etag, object_removed)
     SELECT @runId, @seq, @recordId, @fileId, @objectKey, @sizeBytes, @etag, @removed WHERE ${unlessHalfGone}
     ON CONFLICT (run_id, seq) DO UPDATE SET object_removed = max(object_removed, excluded.object_removed)`,
  );
  return (effect) => {
    if (effect.opens === null) return;
    const { kind: _planKind, subjectRunId: _subject, end: _end, ...about } = run;
    putDebt.run({ ...about, kind: effect.opens });
    putItem.run({
      ...(place === 'the-only-debt'
        ? {}
        : {
            kind: effect.opens === 'orphan-objects' ? 'dangling-rows' : 'orphan-objects',
            fingerprint: run.targetFingerprint,
          }),
      runId: run.runId,
      seq: effect.seq,
      recordId: effect.recordId,
      fileId: effect.fileId,
      objectKey: effect.objectKey,
      sizeBytes: effect.sizeBytes,
      etag: effect.etag,
      removed: effect.object === 'removed' ? 1 : 0,
    });
  };
}

/** Ends the entering of a run: drops rows whose objects stayed after all, and a debt without items. */
export function finishEntering(database: Database.Database, { runId, end }: LedgerRun): void {
  database.transaction(() => {
    database
      .prepare(
        `DELETE FROM debt_item WHERE run_id = @runId AND NOT object_removed
           AND EXISTS (SELECT 1 FROM debt WHERE run_id = @runId AND kind = 'dangling-rows')
           AND object_key NOT IN (SELECT object_key FROM debt_item WHERE run_id = @runId AND object_removed)`,
      )
      .run({ runId });
    database
      .prepare(
        'DELETE FROM debt WHERE run_id = @runId AND run_id NOT IN (SELECT run_id FROM debt_item)',
      )
      .run({ runId });
    database.prepare('INSERT OR REPLACE INTO entered_run VALUES (?, ?)').run(runId, end);
  })();
}
