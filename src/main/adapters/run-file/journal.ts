import type Database from 'better-sqlite3';
import type { ItemUpdate, Outcome, RunFile } from '../../core/ports/run-file.ts';
import { forgetAlike } from './item-counts.ts';
import { UPDATE_STATES, updateCellsOf } from './item-rows.ts';

/** The append-only methods: intents, outcomes, decisions, audit. Each is one transaction, durable on return (`synchronous=FULL`). */
export function journalWriter(
  database: Database.Database,
): Pick<
  RunFile,
  'appendIntent' | 'appendOutcome' | 'appendDecision' | 'appendAudit' | 'saveAppliedBatches'
> {
  function updateItems(updates: readonly ItemUpdate[]): void {
    const updateStates = database.prepare(UPDATE_STATES);
    for (const alike of neighboursAlike(updates)) {
      const [first] = alike;
      if (first === undefined) continue;
      updateStates.run(...updateCellsOf(first), alike.at(-1)?.seq ?? first.seq);
    }
  }

  // One transaction for the outcome and what it says of the items: after a crash there is both or neither.
  const appendOutcome = database.transaction((outcome: Outcome) => {
    forgetAlike(database);
    updateItems(outcome.items);
    database
      .prepare(
        "INSERT INTO journal (at, kind, step, first_seq, item_count, note, removed_bytes) VALUES (?, 'outcome', ?, ?, ?, ?, ?)",
      )
      .run(
        outcome.at,
        outcome.step,
        outcome.firstSeq,
        outcome.items.length,
        outcome.note,
        outcome.items.reduce((sum, { removedBytes = 0 }) => sum + removedBytes, 0),
      );
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

/**
 * Groups updates of consecutive items that say the same, which a chunk without drift is from its first to its last: such a group
 * is one statement.
 */
function* neighboursAlike(updates: readonly ItemUpdate[]): Generator<readonly ItemUpdate[]> {
  let group: ItemUpdate[] = [];
  for (const update of updates) {
    const last = group.at(-1);
    if (last !== undefined && !(update.seq === last.seq + 1 && saysTheSame(update, last))) {
      yield group;
      group = [];
    }
    group.push(update);
  }
  yield group;
}

function saysTheSame(left: ItemUpdate, right: ItemUpdate): boolean {
  return (
    left.rowState === right.rowState &&
    left.objectState === right.objectState &&
    left.objectSha256 === right.objectSha256 &&
    left.stateDetail === right.stateDetail
  );
}
