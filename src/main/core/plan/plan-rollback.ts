import type { Acceptance, PlanBatch } from '../../../shared/domain/plan.ts';
import type { Scope } from '../../../shared/domain/scope.ts';
import type { BatchStatus } from '../../../shared/domain/status.ts';
import { nowIso } from '../ports/clock.ts';
import type {
  DatabaseDescription,
  MigrationReader,
  RecordSelector,
} from '../ports/migration-database.ts';
import { QUARANTINE_FOLDER } from '../ports/object-store.ts';
import type { PlanFile, PlanHeader } from '../ports/run-file.ts';
import type { MigrationMapping } from '../schema/migration-mapping.ts';
import { createStorableRow, storableBatch } from '../schema/storable-values.ts';
import { batchAfter, sameBatch, withChanges } from './batch-after.ts';
import { changingFiles, countAllRecords } from './blast-radius.ts';
import { createMarkClaims } from './claim-marks.ts';
import { type ClassifyOptions, classifyFile } from './classify-file.ts';
import { findRisks } from './findings.ts';
import { gatherFacts } from './gather-facts.ts';
import { planSteps } from './plan-steps.ts';
import {
  finishPlan,
  makePlanFile,
  type PlanInTheMaking,
  type PlanningContext,
  throwIfCancelled,
} from './planning.ts';
import { checkScope, scopeEmpty, scopeInWords } from './scope-in-words.ts';
import { claimsFileRow, settleSharedObject } from './settle-shared-object.ts';

/** Records read, judged and written at a time: bounds memory, and is one page of a dense listing. */
const CHUNK = 1_000;

/** The same where no listing is read: what is garbage before the young generation is full never makes the heap grow. */
const ROWS_ONLY_CHUNK = 200;

/** Where objects of a run are quarantined: under one prefix per run, so that a run's quarantine can be listed and purged. */
export function quarantinePrefix(runId: string): string {
  return `${QUARANTINE_FOLDER}${runId}/`;
}

export interface RollbackRequest {
  readonly scope: Scope;
  readonly acceptances: readonly Acceptance[];
}

/**
 * Plans a rollback and returns the plan's id. Reads database, bucket and originals; writes only the run file.
 *
 * Order: 1. refuse a contradictory or empty scope 2. read and judge every record, chunk by chunk 3. settle shared objects
 * over the whole plan 4. add up batches, risks and steps 5. digest, and finish the file.
 * @throws SCOPE_CONTRADICTORY @throws SCOPE_EMPTY @throws CANCELLED
 */
export async function planRollback(
  context: PlanningContext,
  request: RollbackRequest,
): Promise<string> {
  checkScope(request.scope);
  const database = await context.target.database.describe();
  const reader = await context.target.database.openReader();
  try {
    // Records already rolled back have no row to reset, but their objects may still be there to remove.
    const selector: RecordSelector = {
      scope: request.scope,
      include: request.scope.mode === 'r2-only' ? 'all' : 'live',
    };
    const total = await countOrRefuse(reader, request.scope);
    if (request.scope.mode !== 'database-only') await context.target.objects.checkAccess();

    const header = headerOf(context, request);
    return await makePlanFile(context, header, async (file) => {
      const { acceptances } = request;
      const { mapping } = database;
      if (request.scope.mode !== 'database-only') {
        await lookAtObjects(context, { reader, selector, file });
      }
      await readItems(context, { reader, selector, total, file, acceptances, mapping });
      await settleSharing(context, { reader, file, scope: request.scope });
      await finishRollback(context, { reader, file, header, database });
    });
  } finally {
    await reader.close();
  }
}

/**
 * Number of records in the scope, those that were rolled back before among them: to leave them out the database would have to read every
 * record once more. A scope that names something which is simply done is fine.
 */
async function countOrRefuse(reader: MigrationReader, scope: Scope): Promise<number> {
  const total = await reader.countRecords({ scope, include: 'all' });
  if (total === 0) throw scopeEmpty(scope, await reader.readCatalogue());
  return total;
}

function headerOf(context: PlanningContext, request: RollbackRequest): PlanHeader {
  return {
    runId: context.ids.next(),
    kind: 'rollback',
    subjectRunId: null,
    target: context.target.identity,
    scope: request.scope,
    scopeInWords: scopeInWords(request.scope),
    createdAt: nowIso(context.clock),
    createdBy: context.operator,
    acceptances: request.acceptances,
  };
}

/** Keys looked at by one call. */
const KEYS = 5_000;

/**
 * Looks at every object of the scope before any record is judged: the keys come in the order in which a bucket lists its objects, so that
 * both are read once, side by side. Records come in another order; a page of a listing would hold few of theirs.
 */
async function lookAtObjects(
  context: PlanningContext,
  work: {
    readonly reader: MigrationReader;
    readonly selector: RecordSelector;
    readonly file: PlanFile;
  },
): Promise<void> {
  let seen = 0;
  for await (const keys of work.reader.streamObjectKeys(work.selector, KEYS)) {
    throwIfCancelled(context);
    work.file.saveObjectFacts(keys, await context.target.objects.statMany(keys));
    seen += keys.length;
    context.onProgress('Looking at the objects', seen, 0);
    await context.clock.nextTurn();
  }
}

async function readItems(
  context: PlanningContext,
  work: {
    readonly reader: MigrationReader;
    readonly selector: RecordSelector;
    readonly total: number;
    readonly file: PlanFile;
    readonly acceptances: readonly Acceptance[];
    readonly mapping: MigrationMapping;
  },
): Promise<void> {
  const { mode } = work.selector.scope;
  const options: ClassifyOptions = {
    mode,
    acceptances: work.acceptances,
    quarantinePrefix: quarantinePrefix(work.file.runId),
  };
  const storable = createStorableRow(work.mapping);
  const claimMarks = createMarkClaims();
  const chunkSize = mode === 'database-only' ? ROWS_ONLY_CHUNK : CHUNK;
  let seq = 0;
  for await (const records of work.reader.streamRecords(work.selector, chunkSize)) {
    throwIfCancelled(context);
    const facts = await gatherFacts(context.target, records, {
      mode,
      known: (keys) => work.file.objectFacts(keys),
    });
    const firstSeq = seq + 1;
    work.file.appendItems(
      facts.map((fact, index) => {
        const item = claimMarks(classifyFile(fact, firstSeq + index, options));
        const after = storable(item.after);
        return after === item.after ? item : { ...item, after };
      }),
    );
    seq += records.length;
    context.onProgress('Reading rows, objects and originals', seq, work.total);
    await context.clock.nextTurn();
  }
}

/** Second pass, over what points at objects: only then is it known which objects are shared. */
export async function settleSharing(
  context: PlanningContext,
  work: { readonly reader: MigrationReader; readonly file: PlanFile; readonly scope: Scope },
): Promise<void> {
  if (mayShareWithOthers(work.scope)) await findForeignReferences(context, work);
  for (const contested of work.file.contestedKeys()) {
    work.file.replaceItems(settleSharedObject(contested, work.scope.mode));
  }
}

/** A plan of rows that takes every live record in leaves no record outside that could have a claim on one of its rows. */
function mayShareWithOthers({ mode, full, startDate, endDate }: Scope): boolean {
  const everything = full && startDate === undefined && endDate === undefined;
  return mode !== 'database-only' || !everything;
}

async function findForeignReferences(
  context: PlanningContext,
  work: { readonly reader: MigrationReader; readonly file: PlanFile; readonly scope: Scope },
): Promise<void> {
  const rowsOnly = work.scope.mode === 'database-only';
  let seen = 0;
  for await (const references of work.reader.streamReferences(CHUNK * 5)) {
    throwIfCancelled(context);
    work.file.appendForeignReferences(rowsOnly ? references.filter(claimsFileRow) : references);
    seen += references.length;
    context.onProgress('Looking for other rows that need the objects', seen, 0);
    await context.clock.nextTurn();
  }
}

/** What the plan does to the batch rows of `counted`, which are those of its items. */
async function planBatches(
  {
    reader,
    file,
    database,
  }: {
    readonly reader: MigrationReader;
    readonly file: PlanFile;
    readonly database: DatabaseDescription;
  },
  counted: readonly BatchStatus[],
): Promise<readonly PlanBatch[]> {
  const changes = Map.groupBy(file.batchChanges(), (change) => change.batchId);
  if (changes.size === 0) return [];
  const stored = await reader.readBatchValues([...changes.keys()]);
  return counted.flatMap((batch) => {
    const before = stored.get(batch.batchId);
    const resets = changes.get(batch.batchId);
    if (before === undefined || resets === undefined) return [];
    const after = storableBatch(
      database.mapping,
      batchAfter(before, withChanges(batch.recomputed, resets)),
    );
    return sameBatch(before, after) ? [] : [{ batchId: batch.batchId, before, after }];
  });
}

function countDanglingRows(file: PlanFile, scope: Scope): number {
  if (scope.mode !== 'r2-only') return 0;
  let dangling = 0;
  let afterSeq = 0;
  for (;;) {
    const page = file.pageItems({ filter: 'changing', afterSeq, limit: CHUNK });
    dangling += page.filter((item) => item.before.file?.r2Key === item.objectKey).length;
    const last = page.at(-1);
    if (last === undefined) return dangling;
    afterSeq = last.seq;
  }
}

/** Adds up what a plan of a rollback holds, and finishes its file. */
export async function finishRollback(
  context: PlanningContext,
  work: {
    readonly reader: MigrationReader;
    readonly file: PlanInTheMaking;
    readonly header: PlanHeader;
    readonly database: DatabaseDescription;
  },
): Promise<void> {
  const { file, header, reader } = work;
  const counts = file.counts();
  // Counted once: it reads every record of these batches.
  const counted = await reader.readBatches(file.batchIds());
  const batches = await planBatches(work, counted);
  const changing = changingFiles(counts);
  const findings = findRisks({
    scope: header.scope,
    counts,
    database: work.database,
    batches: counted,
    acceptances: header.acceptances,
    originalsLocation: context.target.originals.location,
    danglingRows: countDanglingRows(file, header.scope),
    subjectRunId: header.subjectRunId,
    radius: {
      files: changing,
      bytes: counts.bytesToFree,
      recordsInTable: await countAllRecords(reader),
    },
    limits: context.target.limits,
  });
  const steps = changing === 0 ? [] : planSteps('rollback', counts, batches.length);
  finishPlan(
    file,
    { ...header, counts, batches: [...batches], findings: [...findings], steps: [...steps] },
    { changing },
  );
}
