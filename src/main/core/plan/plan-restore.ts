import pMap from 'p-map';
import type { Acceptance, ObjectFacts, PlanBatch } from '../../../shared/domain/plan.ts';
import { nowIso } from '../ports/clock.ts';
import type { DatabaseDescription, MigrationReader } from '../ports/migration-database.ts';
import type { PlanHeader, StoredItem } from '../ports/run-file.ts';
import { storableBatch } from '../schema/storable-values.ts';
import { batchAfter, sameBatch, withChanges } from './batch-after.ts';
import { changingFiles, countAllRecords } from './blast-radius.ts';
import { classifyRestore, newlyPointedKey, type RestoreFacts } from './classify-restore.ts';
import { type ContentProof, proveObject } from './content-proof.ts';
import { statKeys } from './gather-facts.ts';
import type { KeptFile, KeptValues } from './kept-values.ts';
import { createOtherColumns, type OtherColumns } from './other-columns.ts';
import { quarantinePrefix } from './plan-rollback.ts';
import { planSteps } from './plan-steps.ts';
import {
  finishPlan,
  makePlanFile,
  type PlanInTheMaking,
  type PlanningContext,
  throwIfCancelled,
} from './planning.ts';
import { type OtherRun, restoreFindings } from './restore-findings.ts';
import { oneChangePerFileRow } from './settle-shared-object.ts';

const CHUNK = 1_000;
/** How many objects are read at the same time. */
const CONCURRENCY = 8;

/** What a restore is to bring back. */
export interface RestoreRequest {
  readonly kept: KeptValues;
  /** Only the files of this batch; `null`: all that were kept. */
  readonly batchId: string | null;
  readonly acceptances: readonly Acceptance[];
  /** Every run of this target in the workspace, newest first. */
  readonly runs: readonly OtherRun[];
}

/**
 * Plans to give rows the values that were kept of them, and returns the plan's id. Reads only.
 *
 * Each kept record is compared with what stands there now. A row that would come to point at an object gets its values only if that
 * object is there and holds what was recorded; no row is inserted, and none that means another file now is touched.
 * @throws CANCELLED
 */
export async function planRestore(
  context: PlanningContext,
  request: RestoreRequest,
): Promise<string> {
  const { kept, batchId } = request;
  const header: PlanHeader = {
    runId: context.ids.next(),
    kind: 'restore',
    subjectRunId: kept.subjectRunId,
    target: context.target.identity,
    scope: {
      full: batchId === null,
      failedOnly: false,
      mode: 'database-only',
      ...(batchId === null ? {} : { batchId }),
    },
    scopeInWords: `${batchId === null ? 'all files' : `batch ${batchId}`} from ${kept.inWords}`,
    createdAt: nowIso(context.clock),
    createdBy: context.operator,
    acceptances: request.acceptances,
  };
  const database = await context.target.database.describe();
  const reader = await context.target.database.openReader();
  const others = createOtherColumns(database.mapping);
  const work: Work = { request, reader, database, others, filesOfBatch: new Map() };
  try {
    return await makePlanFile(context, header, async (file) => {
      await readItems(context, work, file);
      for (const { items } of [...file.contestedKeys()]) {
        file.replaceItems(oneChangePerFileRow(items));
      }
      await finish(context, work, { file, header });
    });
  } finally {
    await reader.close();
  }
}

interface Work {
  readonly request: RestoreRequest;
  readonly reader: MigrationReader;
  readonly database: DatabaseDescription;
  readonly others: OtherColumns;
  /** What the plan knows of each batch: its kept files, and whether one is held. */
  readonly filesOfBatch: Map<string, { count: number; held: boolean }>;
}

async function readItems(
  context: PlanningContext,
  work: Work,
  file: PlanInTheMaking,
): Promise<void> {
  const { kept, batchId } = work.request;
  let seq = 0;
  let read = 0;
  for await (const page of kept.pages(CHUNK)) {
    throwIfCancelled(context);
    const wanted = page.filter(({ record }) => batchId === null || record.batchId === batchId);
    const facts = await factsOf(context, work, wanted);
    const firstSeq = seq + 1;
    const items = facts.map((fact, index) => classifyRestore(fact, firstSeq + index));
    for (const item of items) noteBatch(work, item);
    file.appendItems(items);
    seq += items.length;
    read += page.length;
    context.onProgress('Comparing what was kept with what is there now', read, kept.fileCount);
    await context.clock.nextTurn();
  }
}

function noteBatch({ filesOfBatch }: Work, { batchId, verdict }: StoredItem): void {
  const known = filesOfBatch.get(batchId) ?? { count: 0, held: false };
  filesOfBatch.set(batchId, {
    count: known.count + 1,
    held: known.held || verdict === 'held',
  });
}

async function factsOf(
  context: PlanningContext,
  work: Work,
  page: readonly KeptFile[],
): Promise<readonly RestoreFacts[]> {
  if (page.length === 0) return [];
  const present = await presentRecords(work, page);
  const keys = page.map(({ record }) => newlyPointedKey(record, present.get(record.recordId)));
  const objects = await statKeys(
    context.target,
    keys.filter((key) => key !== null),
  );
  const missing = keys.filter((key) => key !== null && !objects.has(key));
  const quarantined = await findQuarantined(context, work, missing);
  return pMap(
    page,
    async ({ record, confidence }, index): Promise<RestoreFacts> => {
      const key = keys[index] ?? null;
      const object = key === null ? null : (objects.get(key) ?? 'absent');
      return {
        kept: record,
        confidence,
        isTrusted: work.request.kept.trusted.has(confidence),
        present: present.get(record.recordId),
        object,
        objectProof: await prove(context, record, object),
        quarantinedBy: key === null ? null : (quarantined.get(key) ?? null),
      };
    },
    { concurrency: CONCURRENCY },
  );
}

/** The records as they are now, whole, so that columns that no restore writes are compared, too. */
async function presentRecords(
  { reader, others }: Work,
  page: readonly KeptFile[],
): Promise<ReadonlyMap<string, RestoreFacts['kept']>> {
  const records = await reader.readFullRows(
    'file_migrations',
    page.map(({ record }) => record.recordId),
  );
  const fileIds = [...new Set(page.flatMap(({ record }) => record.fileId ?? []))];
  const files = fileIds.length === 0 ? [] : await reader.readFullRows('files', fileIds);
  const filesById = new Map(files.map((row) => [others.fileIdOf(row), row]));
  const found = new Map(
    records.map((row) => {
      const fileId = reader.toRecord(row, null).fileId;
      const file = filesById.get(fileId ?? '') ?? null;
      const record = reader.toRecord(row, file);
      return [record.recordId, { record, whole: { record: row, file } }] as const;
    }),
  );
  for (const one of page) others.compare(one, found.get(one.record.recordId)?.whole);
  return new Map([...found].map(([recordId, { record }]) => [recordId, record]));
}

const NOT_NEEDED: ContentProof = { proof: 'not-needed', detail: 'nothing depends on it' };

/** Whether an object holds what was recorded: by size where that disproves it, else read to its end. */
async function prove(
  { target }: PlanningContext,
  record: RestoreFacts['kept'],
  object: ObjectFacts | 'absent' | null,
): Promise<ContentProof> {
  if (object === null || object === 'absent') return NOT_NEEDED;
  const known = { record, object, originalHash: null };
  const bySize = proveObject({ ...known, objectHash: null });
  if (bySize !== undefined) return bySize;
  const objectHash = await target.objects.hash(object.key, { ifMatch: object.etag });
  return (
    proveObject({ ...known, objectHash }) ?? { proof: 'unknown', detail: 'nothing is recorded' }
  );
}

/** Runs whose quarantine has a copy of the objects under `keys`, by key. */
async function findQuarantined(
  context: PlanningContext,
  { request }: Work,
  keys: readonly (string | null)[],
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const wanted = keys.filter((key) => key !== null);
  if (wanted.length === 0) return found;
  for (const { runId, quarantine } of request.runs) {
    if (quarantine !== 'kept') continue;
    const prefix = quarantinePrefix(runId);
    const copies = await statKeys(
      context.target,
      wanted.map((key) => `${prefix}${key}`),
    );
    for (const key of wanted) {
      if (copies.has(`${prefix}${key}`) && !found.has(key)) found.set(key, runId);
    }
  }
  return found;
}

/**
 * Batch rows go back to what was kept of them where every file of the batch was kept and none is held; else their counters are counted, and
 * the status follows from them.
 */
async function planBatches(
  { reader, database, request, filesOfBatch }: Work,
  file: PlanInTheMaking,
): Promise<readonly PlanBatch[]> {
  const changes = file.batchChanges();
  const batchIds = [...new Set(changes.map(({ batchId }) => batchId))];
  if (batchIds.length === 0) return [];
  const stored = await reader.readBatchValues(batchIds);
  const keptValues = request.kept.batchValues(batchIds);
  return (await reader.readBatches(batchIds)).flatMap(({ batchId, recomputed }) => {
    const before = stored.get(batchId);
    if (before === undefined) return [];
    const own = changes.filter((change) => change.batchId === batchId);
    const files = filesOfBatch.get(batchId);
    const kept = keptValues.get(batchId);
    const isWhole = files?.held === false && files.count === recomputed.records;
    const counted = batchAfter(kept ?? before, withChanges(recomputed, own));
    const after = storableBatch(database.mapping, (isWhole ? kept : undefined) ?? counted);
    return sameBatch(before, after) ? [] : [{ batchId, before, after }];
  });
}

async function finish(
  context: PlanningContext,
  work: Work,
  { file, header }: { readonly file: PlanInTheMaking; readonly header: PlanHeader },
): Promise<void> {
  const counts = file.counts();
  const batches = await planBatches(work, file);
  const changing = changingFiles(counts);
  const findings = restoreFindings({
    kept: work.request.kept,
    runs: work.request.runs,
    others: work.others.found(),
    counts,
    database: work.database,
    acceptances: header.acceptances,
    limits: context.target.limits,
    radius: { files: changing, bytes: 0, recordsInTable: await countAllRecords(work.reader) },
  });
  const steps = changing === 0 ? [] : planSteps('restore', counts, batches.length);
  finishPlan(
    file,
    {
      ...header,
      counts,
      batches: [...batches],
      findings: [...findings],
      steps: [...steps],
      restoreSource: work.request.kept.source,
    },
    { changing },
  );
}
