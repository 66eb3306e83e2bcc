import { closeSync, openSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { type CrashAt, NO_CRASH } from '../../core/ports/crash-points.ts';
import type { ObjectReference } from '../../core/ports/migration-database.ts';
import type {
  ContestedKey,
  PlanFile,
  PlanHeader,
  StoredItem,
  StoredPlan,
} from '../../core/ports/run-file.ts';
import { makeFolder } from '../system/make-folder.ts';
import { publishFile } from '../system/publish-file.ts';
import { fromRunFile, translating, translatingEach } from './errors.ts';
import { keepAlike } from './item-counts.ts';
import { pageItems } from './item-queries.ts';
import { createItemReader, type ItemReader } from './item-reader.ts';
import { createItemTally } from './item-tally.ts';
import { createItemWriter } from './item-writer.ts';
import { createObjectFacts } from './object-facts.ts';
import { createRepeatedKeys } from './repeated-keys.ts';
import { createKeyIndex, createReferenceIndex, createSchema } from './schema.ts';

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
export function createPlanFile(
  path: string,
  header: PlanHeader,
  crashAt: CrashAt = NO_CRASH,
): PlanFile {
  const temporary = `${path}.partial`;
  const database = startDatabase(temporary, path);
  try {
    return translating({ ...planFileOn(database, { temporary, path, header, crashAt }) }, path);
  } catch (error) {
    database.close();
    rmSync(temporary, { force: true });
    throw fromRunFile(error, path);
  }
}

/** What a plan's file is made of and for. */
interface PlanPlace {
  readonly temporary: string;
  readonly path: string;
  readonly header: PlanHeader;
  readonly crashAt: CrashAt;
}

/** Fills the file on a connection that has its layout and an open transaction. */
function planFileOn(
  database: Database.Database,
  { temporary, path, header, crashAt }: PlanPlace,
): PlanFile {
  const putItems = createItemWriter(database);
  const reader = createItemReader(database);
  const tally = createItemTally();
  const keys = createRepeatedKeys();
  const putReference = database.prepare(PUT_FOREIGN_REFERENCE);
  let hasReferences = false;
  let indexed = false;
  let open = true;

  function index(): void {
    if (indexed) return;
    createKeyIndex(database);
    indexed = true;
  }

  function appendItems(items: readonly StoredItem[]): void {
    putItems(items);
    for (const item of items) {
      tally.add(item);
      if (item.objectKey !== null) keys.add(item.objectKey);
    }
  }

  function replaceItems(items: readonly StoredItem[]): void {
    for (const item of items) {
      const [old] = reader.between(item.seq, item.seq);
      if (old !== undefined) tally.remove(old);
      tally.add(item);
    }
    putItems(items);
  }

  function finish(plan: StoredPlan): void {
    // A run looks objects up by key before it deletes them; rows it finds by position.
    if (plan.counts.objectsToMove > 0) index();
    database
      .prepare('INSERT INTO plan (id, run_id, digest, json) VALUES (1, ?, ?, ?)')
      .run(plan.runId, plan.digest, JSON.stringify(plan));
    database.prepare("INSERT INTO run (id, state) VALUES (1, 'planned')").run();
    const putStep = database.prepare(
      "INSERT INTO step (position, name, state) VALUES (?, ?, 'waiting')",
    );
    plan.steps.forEach((step, position) => putStep.run(position, step.name));
    keepAlike(database);
    database.exec('COMMIT');
    database.close();
    open = false;
    // A crash before it leaves a `.partial` that nobody reads.
    publishFile({
      temporary,
      path,
      at: (event) => {
        crashAt(`plan.${event}`);
      },
    });
  }

  return {
    runId: header.runId,
    appendItems,
    ...createObjectFacts(database),
    appendForeignReferences: (references) => {
      if (references.length === 0) return;
      index();
      hasReferences = true;
      for (const reference of references) putReference.run(reference);
    },
    contestedKeys: () => {
      if (!keys.found() && !hasReferences) return [];
      index();
      return translatingEach(contestedKeys(database, reader), path);
    },
    replaceItems,
    pageItems: (page) => pageItems(reader, page),
    counts: () => tally.counts(),
    heldByReason: () => tally.heldByReason(),
    batchChanges: () => tally.batchChanges(),
    batchIds: () => tally.batchIds(),
    finish,
    discard: () => {
      if (open) database.close();
      open = false;
      rmSync(temporary, { force: true });
    },
  };
}

/** Makes the temporary file with its layout; leaves nothing behind when that fails. */
function startDatabase(temporary: string, path: string): Database.Database {
  try {
    makeFolder(dirname(path));
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
    // Nobody else knows the file yet.
    database.pragma('locking_mode = EXCLUSIVE');
    createSchema(database);
    // One transaction to the end: a commit for each chunk writes pages that the next chunk fills further. Nothing is lost by it, as
    // nobody reads a file that has not its name yet, and it gets that only after all of it was synced.
    database.exec('BEGIN');
    return database;
  } catch (error) {
    database?.close();
    rmSync(temporary, { force: true });
    throw fromRunFile(error, path);
  }
}

/** Keys of one page. */
const CONTESTED_KEYS = 500;

/** Reads keys page by page and leaves no query open, so that items may be replaced on the way. */
function* contestedKeys(database: Database.Database, reader: ItemReader): Iterable<ContestedKey> {
  createReferenceIndex(database);
  const references = database.prepare<[string], ReferenceRow>(
    'SELECT * FROM reference WHERE object_key = ? ORDER BY table_name, row_id',
  );
  const pageFrom = (comparison: '>=' | '>'): Database.Statement<[string, string, number], string> =>
    database
      .prepare<[string, string, number], string>(
        `SELECT object_key FROM item WHERE object_key ${comparison} ? GROUP BY object_key HAVING count(*) > 1
         UNION SELECT object_key FROM reference WHERE object_key ${comparison} ? ORDER BY object_key LIMIT ?`,
      )
      .pluck();
  let page = pageFrom('>=').all('', '', CONTESTED_KEYS);
  const next = pageFrom('>');
  for (let last = page.at(-1); last !== undefined; last = page.at(-1)) {
    for (const key of page) {
      yield {
        key,
        items: reader.withObjectKey(key),
        references: references.all(key).map((row) => ({
          key,
          table: row.table_name,
          id: row.row_id,
          fileId: row.file_id,
          status: row.status,
        })),
      };
    }
    page = next.all(last, last, CONTESTED_KEYS);
  }
}
