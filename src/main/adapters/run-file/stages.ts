import type Database from 'better-sqlite3';
import type { Checkpoint } from '../../../shared/domain/stage.ts';
import type { RunFile, StageCut, StateCounts, StoredStage } from '../../core/ports/run-file.ts';
import { keepAlike } from './item-counts.ts';
import { allOf, inStagesAfter } from './stage-conditions.ts';

const JUDGED = 'item CROSS JOIN judgement ON judgement.id = item.judgement';
const CHANGES = "judgement.verdict = 'change'";

/** Writes how the items are divided; inside a transaction of the caller. */
export function putStages(database: Database.Database, cut: StageCut): void {
  const putStage = database.prepare(
    `INSERT INTO stage (number, checkpoint, files, rows, objects, bytes, last_seq, ended_at)
     VALUES (@number, @checkpoint, @files, @rows, @objects, @bytes, @lastSeq, @endedAt)`,
  );
  for (const stage of cut.stages) putStage.run(stage);
  const putDeferred = database.prepare('INSERT INTO deferred (seq, stage) VALUES (?, ?)');
  for (const [seq, stage] of cut.deferred) putDeferred.run(seq, stage);
}

/**
 * Writes a checkpoint; inside a transaction of the caller. The first of a name stays: a step that is done again after a resume would say
 * "before objects go" of a moment at which some have gone.
 */
export function putCheckpoint(database: Database.Database, checkpoint: Checkpoint): void {
  database
    .prepare(
      `INSERT OR IGNORE INTO checkpoint (name, kind, label, at, stage, rows_done, objects_done, drifted, truth)
       VALUES (@name, @kind, @label, @at, @stage, @rowsDone, @objectsDone, @drifted, @truth)`,
    )
    .run(checkpoint);
}

/** The methods about stages and checkpoints. */
export function stageMethods(
  database: Database.Database,
): Pick<
  RunFile,
  | 'stateCounts'
  | 'sharedFates'
  | 'stages'
  | 'batchesAfterStage'
  | 'checkpoints'
  | 'holdAtCheckpoint'
> {
  const holdAtCheckpoint = database.transaction((checkpoint: Checkpoint) => {
    const { at, stage } = checkpoint;
    putCheckpoint(database, checkpoint);
    database.prepare('UPDATE stage SET ended_at = ? WHERE number = ?').run(at, stage);
    // A snapshot holds the rows of every stage: it is taken once.
    database.exec("UPDATE step SET state = 'waiting', finished_at = NULL WHERE name <> 'snapshot'");
    database.prepare("UPDATE run SET state = 'at-checkpoint', finished_at = ?").run(at);
    keepAlike(database);
  });
  return {
    stateCounts: () => readStateCounts(database),
    sharedFates: () => readSharedFates(database),
    stages: () =>
      database
        .prepare<[], StoredStage>(
          `SELECT number, checkpoint, files, rows, objects, bytes, last_seq AS lastSeq, ended_at AS endedAt
           FROM stage ORDER BY number`,
        )
        .all(),
    batchesAfterStage: (stage) =>
      new Set(
        database
          .prepare<[], string>(
            `SELECT DISTINCT judgement.batch_id FROM ${JUDGED} WHERE ${allOf(CHANGES, inStagesAfter(stage)) ?? ''}`,
          )
          .pluck()
          .all(),
      ),
    checkpoints: () =>
      database
        .prepare<[], Checkpoint>(
          `SELECT name, kind, label, at, stage, rows_done AS rowsDone, objects_done AS objectsDone, drifted, truth
           FROM checkpoint ORDER BY position`,
        )
        .all(),
    holdAtCheckpoint,
  };
}

/** Reads the narrow table only: no plan says of an item that it is done. */
function readStateCounts(database: Database.Database): StateCounts {
  const counts = database
    .prepare<[], StateCounts>(
      `SELECT coalesce(sum(row_state = 'done'), 0) AS rowsDone, coalesce(sum(object_state = 'done'), 0) AS objectsDone,
         coalesce(sum(row_state IS 'drifted' OR object_state IS 'drifted'), 0) AS drifted FROM item_state`,
    )
    .get();
  if (counts === undefined) throw new Error('an aggregate without GROUP BY gives one row');
  return counts;
}

function readSharedFates(database: Database.Database): readonly (readonly number[])[] {
  return ['object_key', 'file_id'].flatMap((column) =>
    database
      .prepare<[], string>(
        `SELECT group_concat(item.seq) FROM ${JUDGED} WHERE ${CHANGES} AND item.${column} IS NOT NULL
         GROUP BY item.${column} HAVING count(*) > 1`,
      )
      .pluck()
      .all()
      .map((seqs) => seqs.split(',').map(Number)),
  );
}
