import type Database from 'better-sqlite3';
import type { Outcome, RunFile } from '../../core/ports/run-file.ts';
import { UPDATE_ITEM, updateCellsOf } from './item-rows.ts';

/** The append-only methods: intents, outcomes, decisions, audit. Each is one transaction, durable on return (`synchronous=FULL`). */
export function journalWriter(
  database: Database.Database,
): Pick<
  RunFile,
  'appendIntent' | 'appendOutcome' | 'appendDecision' | 'appendAudit' | 'saveAppliedBatches'
> {
  // One transaction for the outcome and what it says of the items: after a crash there is both or neither.
  const appendOutcome = database.transaction((outcome: Outcome) => {
    const updateItem = database.prepare(UPDATE_ITEM);
    for (const update of outcome.items) updateItem.run(...updateCellsOf(update));
    database
      .prepare(
        "INSERT INTO journal (at, kind, step, first_seq, item_count, note) VALUES (?, 'outcome', ?, ?, ?, ?)",
      )
      .run(outcome.at, outcome.step, outcome.firstSeq, outcome.items.length, outcome.note);
  });
  const saveAppliedBatches = database.transaction(
    (batches: Parameters<RunFile['saveAppliedBatches']>[0]) => {
      const put = database.prepare(
        'INSERT OR REPLACE INTO applied_batch (batch_id, json) VALUES (?, ?)',
      );
      for (const { batchId, values } of batches) put.run(batchId, JSON.stringify(values));
    },
  );
  return {
    appendIntent: (intent) => {
      database
        .prepare(
          "INSERT INTO journal (at, kind, step, first_seq, last_seq, item_count) VALUES (?, 'intent', ?, ?, ?, ?)",
        )
        .run(intent.at, intent.step, intent.firstSeq, intent.lastSeq, intent.itemCount);
    },
    appendOutcome: (outcome) => {
      appendOutcome(outcome);
    },
    appendDecision: (decision) => {
      database
        .prepare('INSERT INTO decision (at, step, decision, sentence) VALUES (?, ?, ?, ?)')
        .run(decision.at, decision.step, decision.decision, decision.sentence);
    },
    appendAudit: (event) => {
      database
        .prepare('INSERT INTO audit (at, operator, event, data) VALUES (?, ?, ?, ?)')
        .run(event.at, JSON.stringify(event.operator), event.event, JSON.stringify(event.data));
    },
    saveAppliedBatches: (batches) => {
      saveAppliedBatches(batches);
    },
  };
}
