import { existsSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { OperatorError } from '../../../shared/domain/operator-error.ts';
import { type BatchValues, PlanSummary, type StepName } from '../../../shared/domain/plan.ts';
import type { RecoveryDecision } from '../../../shared/domain/run.ts';
import { type CrashAt, NO_CRASH } from '../../core/ports/crash-points.ts';
import type { ObjectReference } from '../../core/ports/migration-database.ts';
import type {
  AuditEvent,
  OpenIntent,
  RunFile,
  StoredItem,
  StoredPlan,
  StoredStep,
} from '../../core/ports/run-file.ts';
import { checkSound } from './check-sound.ts';
import { fromRunFile, runFileInvalid, translating } from './errors.ts';
import { createItemCounts } from './item-counts.ts';
import {
  groupItems,
  heldByReason,
  matchingItems,
  pageItemRows,
  pageItems,
  queryItems,
} from './item-queries.ts';
import { createItemReader, type ItemReader } from './item-reader.ts';
import { journalWriter } from './journal.ts';
import { readRun, runWriter } from './run-row.ts';
import { APPLICATION_ID, SCHEMA_VERSION } from './schema.ts';
import { stageMethods } from './stages.ts';

/** How long a writer waits for another connection of this file before it gives up. */
const BUSY_TIMEOUT_MS = 5_000;

function connect(path: string, access: 'read' | 'write'): Database.Database {
  if (!existsSync(path))
    throw fromRunFile(Object.assign(new Error('missing'), { code: 'ENOENT' }), path);
  const database = new Database(path, {
    readonly: access === 'read',
    fileMustExist: true,
    timeout: BUSY_TIMEOUT_MS,
  });
  try {
    checkFormat(database, path);
    if (access === 'write') {
      database.pragma('journal_mode = WAL');
      database.pragma('synchronous = FULL');
      // An outcome touches every page of its chunk: more than SQLite's 1,000 pages, which would mean a checkpoint for each.
      database.pragma('wal_autocheckpoint = 8192');
    }
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function checkFormat(database: Database.Database, path: string): void {
  if (database.pragma('application_id', { simple: true }) !== APPLICATION_ID) {
    throw runFileInvalid(path, 'it is a SQLite file, but not one of Unwind');
  }
  // SQLite misses whole pages by itself, but takes what is left of a last one for the page.
  if (statSync(path).size % Number(database.pragma('page_size', { simple: true })) !== 0) {
    throw runFileInvalid(path, 'it was cut short');
  }
  const version = database.pragma('user_version', { simple: true });
  if (version !== SCHEMA_VERSION) {
    throw runFileInvalid(
      path,
      `its layout has version ${String(version)}, this Unwind reads ${String(SCHEMA_VERSION)}`,
    );
  }
}

/** A stored plan: what the doors are shown, without what is known only once the file is open. */
const PlanOnDisk = PlanSummary.omit({
  planId: true,
  runFile: true,
  heldByReason: true,
  executeCommand: true,
});

/** Only checks: the digest is made of the plan as it is written, to the order of its fields. */
function checkPlan(plan: unknown): asserts plan is StoredPlan {
  PlanOnDisk.parse(plan);
}

function readPlan(database: Database.Database, path: string): StoredPlan {
  const row = database
    .prepare<[], { run_id: string; digest: string; json: string }>(
      'SELECT run_id, digest, json FROM plan',
    )
    .get();
  if (row === undefined) throw runFileInvalid(path, 'it holds no finished plan');
  try {
    const plan: unknown = JSON.parse(row.json);
    checkPlan(plan);
    return plan;
  } catch (error) {
    throw runFileInvalid(path, 'its plan cannot be read', error);
  }
}

/** Opens a run file; see `RunFiles.open`. */
export function openRunFile(
  path: string,
  access: 'read' | 'write',
  crashAt: CrashAt = NO_CRASH,
): RunFile {
  let database: Database.Database;
  let plan: StoredPlan;
  try {
    database = connect(path, access);
    try {
      plan = readPlan(database, path);
    } catch (error) {
      database.close();
      throw error;
    }
  } catch (error) {
    throw fromRunFile(error, path);
  }
  const reader = createItemReader(database);
  const counts = createItemCounts(database, access);
  const file: RunFile = {
    runId: plan.runId,
    path,
    checkSound: () => {
      checkSound(database, path);
    },
    readPlan: () => plan,
    readRun: () => readRun(database),
    heldByReason: () => heldByReason(database),
    pageItems: (page) => pageItems(reader, page),
    pageItemRows: (page) => pageItemRows(database, page),
    matchingItems: (match) => matchingItems(database, reader, match),
    queryItems: (query) => queryItems({ database, reader, counts }, query),
    groupItems: (query) => groupItems(database, query),
    itemsBetween: (firstSeq, lastSeq) => reader.between(firstSeq, lastSeq),
    countItems: counts.ofFilter,
    ...stageMethods(database),
    runCounts: counts.ofRun,
    steps: () => readSteps(database),
    openIntents: () => readOpenIntents(database),
    decisions: () =>
      database
        .prepare<[], RecoveryDecision>(
          'SELECT at, step, decision, sentence FROM decision ORDER BY seq',
        )
        .all(),
    auditEvents: (named) => readAudit(database, named),
    findForeignReferences: (references) => findForeignReferences({ database, reader }, references),
    appliedBatches: () =>
      new Map(
        database
          .prepare<[], { batch_id: string; json: string }>(
            'SELECT batch_id, json FROM applied_batch ORDER BY batch_id',
          )
          .all()
          .map((row) => [row.batch_id, JSON.parse(row.json) as BatchValues]),
      ),
    ...runWriter(database, plan.runId),
    ...journalWriter(database),
    close: () => {
      if (access === 'read') database.close();
      else closeWriter(database, crashAt);
    },
  };
  return translating({ ...file }, path);
}

function readSteps(database: Database.Database): readonly StoredStep[] {
  return database
    .prepare<[], StoredStep>(
      'SELECT name, state, started_at AS startedAt, finished_at AS finishedAt FROM step ORDER BY position',
    )
    .all();
}

function readOpenIntents(database: Database.Database): readonly OpenIntent[] {
  return database
    .prepare<
      [],
      {
        journalSeq: number;
        at: string;
        step: StepName;
        firstSeq: number;
        lastSeq: number;
        itemCount: number;
      }
    >(
      `SELECT seq AS journalSeq, at, step, first_seq AS firstSeq, last_seq AS lastSeq, item_count AS itemCount
       FROM journal AS intent WHERE kind = 'intent' AND NOT EXISTS (
         SELECT 1 FROM journal AS later WHERE later.kind = 'outcome' AND later.step = intent.step
           AND later.first_seq = intent.first_seq AND later.seq > intent.seq)
       ORDER BY seq`,
    )
    .all();
}

function readAudit(
  database: Database.Database,
  named: readonly string[] | undefined,
): readonly AuditEvent[] {
  return database
    .prepare<
      [{ named: string | null }],
      { at: string; operator: string; event: string; data: string }
    >(
      `SELECT at, operator, event, data FROM audit
       WHERE @named IS NULL OR event IN (SELECT value FROM json_each(@named)) ORDER BY seq`,
    )
    .all({ named: named === undefined ? null : JSON.stringify(named) })
    .map((row) => ({
      at: row.at,
      operator: JSON.parse(row.operator) as AuditEvent['operator'],
      event: row.event,
      data: JSON.parse(row.data) as AuditEvent['data'],
    }));
}

function findForeignReferences(
  { database, reader }: { readonly database: Database.Database; readonly reader: ItemReader },
  references: readonly ObjectReference[],
): readonly { readonly item: StoredItem; readonly reference: ObjectReference }[] {
  const find = database
    .prepare<[ObjectReference], number>(
      `SELECT seq FROM item_now WHERE object_key = @key AND object_state = 'quarantined'
         AND NOT EXISTS (SELECT 1 FROM item_now AS own WHERE own.object_key = @key
           AND own.row_state = 'none' AND CASE @table
             WHEN 'files' THEN own.file_id = @id AND own.before_r2_key = @key
             ELSE own.record_id = @id AND own.before_status IS NOT 'rolled_back' END)`,
    )
    .pluck();
  return references.flatMap((reference) =>
    reader.at(find.all(reference)).map((item) => ({ item, reference })),
  );
}

/**
 * Folds the WAL back in so that one file can be copied. While somebody else reads it that is not possible:
 * nothing is lost then, the next writer does it.
 */
function closeWriter(database: Database.Database, crashAt: CrashAt): void {
  if (!database.open) return;
  crashAt('run-file.before-checkpoint');
  try {
    database.pragma('busy_timeout = 0');
    database.pragma('wal_checkpoint(TRUNCATE)');
    crashAt('run-file.after-checkpoint');
    database.pragma('journal_mode = DELETE');
  } catch (error) {
    const busy = error instanceof OperatorError ? false : isBusy(error);
    if (!busy) throw error;
  } finally {
    database.close();
  }
  crashAt('run-file.after-close');
}

function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && /^SQLITE_(BUSY|LOCKED)/.test(error.code);
}
