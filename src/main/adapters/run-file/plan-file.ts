import { closeSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import type { ObjectReference } from '../../core/ports/migration-database.ts';
import type {
  ContestedKey,
  PlanFile,
  PlanHeader,
  StoredItem,
  StoredPlan,
} from '../../core/ports/run-file.ts';
import { syncFile, syncFolder } from '../system/sync-path.ts';
import { fromRunFile, translating } from './errors.ts';
import { heldByReason, pageItems, planCounts } from './item-queries.ts';
import { cellsOf, ITEM_COLUMNS, type ItemRow, itemOf, PUT_ITEM } from './item-rows.ts';
import { createItemIndexes, createSchema } from './schema.ts';

interface ReferenceRow {
  readonly table_name: ObjectReference['table'];
  readonly row_id: string;
  readonly file_id: string | null;
  readonly status: string | null;
}

/** Keeps a reference only when it points at an item's object and is not that item's own row. */
const PUT_FOREIGN_REFERENCE = `
  INSERT INTO reference SELECT @key, @table, @id, @fileId, @status
  WHERE EXISTS (SELECT 1 FROM item WHERE object_key = @key)
    AND NOT EXISTS (SELECT 1 FROM item WHERE object_key = @key AND CASE @table WHEN 'files' THEN file_id = @id ELSE record_id = @id END)`;

/**
 * Starts the file of a plan under a temporary name. Not durable until `finish`: a plan that is not finished is worth nothing,
 * so that filling it need not wait for the disk.
 */
export function createPlanFile(path: string, header: PlanHeader): PlanFile {
  const temporary = `${path}.partial`;
  const database = startDatabase(temporary, path);
  const putItem = database.prepare(PUT_ITEM);
  const putItems = database.transaction((items: readonly StoredItem[]) => {
    for (const item of items) putItem.run(...cellsOf(item));
  });
  const putReference = database.prepare(PUT_FOREIGN_REFERENCE);
  const putReferences = database.transaction((references: readonly ObjectReference[]) => {
    for (const reference of references) putReference.run(reference);
  });
  let indexed = false;
  let open = true;

  function index(): void {
    if (indexed) return;
    createItemIndexes(database);
    indexed = true;
  }

  function finish(plan: StoredPlan): void {
    index();
    database
      .prepare('INSERT INTO plan (id, run_id, digest, json) VALUES (1, ?, ?, ?)')
      .run(plan.runId, plan.digest, JSON.stringify(plan));
    database.prepare("INSERT INTO run (id, state) VALUES (1, 'planned')").run();
    const putStep = database.prepare(
      "INSERT INTO step (position, name, state) VALUES (?, ?, 'waiting')",
    );
    plan.steps.forEach((step, position) => putStep.run(position, step.name));
    database.close();
    open = false;
    publish(temporary, path);
  }

  const file: PlanFile = {
    runId: header.runId,
    appendItems: (items) => {
      putItems(items);
    },
    appendForeignReferences: (references) => {
      index();
      putReferences(references);
    },
    contestedKeys: () => contestedKeys(database),
    replaceItems: (items) => {
      putItems(items);
    },
    pageItems: (page) => pageItems(database, page),
    counts: () => planCounts(database),
    heldByReason: () => heldByReason(database),
    batchChanges: () =>
      database
        .prepare<[], { batchId: string; from: string | null; to: string | null; count: number }>(
          `SELECT batch_id AS batchId, before_status AS "from", after_status AS "to", count(*) AS count FROM item
           WHERE row_action <> 'none' GROUP BY batch_id, before_status, after_status ORDER BY batch_id, before_status`,
        )
        .all(),
    batchIds: () =>
      database
        .prepare<[], { batch_id: string }>('SELECT DISTINCT batch_id FROM item ORDER BY batch_id')
        .all()
        .map((row) => row.batch_id),
    finish,
    discard: () => {
      if (open) database.close();
      open = false;
      rmSync(temporary, { force: true });
    },
  };
  return translating({ ...file }, path);
}

/** Makes the temporary file with its layout; leaves nothing behind when that fails. */
function startDatabase(temporary: string, path: string): Database.Database {
  try {
    mkdirSync(dirname(path), { recursive: true });
    // Exclusively, so that what is removed below is never somebody else's.
    closeSync(openSync(temporary, 'wx'));
  } catch (error) {
    throw fromRunFile(error, path);
  }
  let database: Database.Database | undefined;
  try {
    database = new Database(temporary);
    database.pragma('journal_mode = OFF');
    database.pragma('synchronous = OFF');
    createSchema(database);
    return database;
  } catch (error) {
    database?.close();
    rmSync(temporary, { force: true });
    throw fromRunFile(error, path);
  }
}

/** Gives the finished file its name: sync, rename, sync the folder. A crash between leaves a `.partial` that nobody reads. */
function publish(temporary: string, path: string): void {
  syncFile(temporary);
  renameSync(temporary, path);
  syncFolder(dirname(path));
}

function* contestedKeys(database: Database.Database): Iterable<ContestedKey> {
  const keys = database
    .prepare<[], { object_key: string }>(
      `SELECT object_key FROM item WHERE object_key IS NOT NULL GROUP BY object_key HAVING count(*) > 1
       UNION SELECT object_key FROM reference ORDER BY object_key`,
    )
    .all();
  const items = database.prepare<[string], ItemRow>(
    `SELECT ${ITEM_COLUMNS} FROM item WHERE object_key = ? ORDER BY seq`,
  );
  const references = database.prepare<[string], ReferenceRow>(
    'SELECT * FROM reference WHERE object_key = ? ORDER BY table_name, row_id',
  );
  for (const { object_key: key } of keys) {
    yield {
      key,
      items: items.all(key).map(itemOf),
      references: references.all(key).map((row) => ({
        key,
        table: row.table_name,
        id: row.row_id,
        fileId: row.file_id,
        status: row.status,
      })),
    };
  }
}
