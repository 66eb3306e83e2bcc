import type { DebtKind } from '../../../shared/domain/debt.ts';
import type { Acceptance, ObjectFacts, RowValues } from '../../../shared/domain/plan.ts';
import type { Scope, ScopeMode } from '../../../shared/domain/scope.ts';
import { nowIso } from '../ports/clock.ts';
import type { MigrationReader, MigrationRecord } from '../ports/migration-database.ts';
import type { PlanFile, PlanHeader, RunFile, StoredItem } from '../ports/run-file.ts';
import type { MigrationMapping } from '../schema/migration-mapping.ts';
import { createStorableRow } from '../schema/storable-values.ts';
import { createMarkClaims } from './claim-marks.ts';
import { classifyFile } from './classify-file.ts';
import { gatherFacts, NOTHING_KNOWN, statKeys } from './gather-facts.ts';
import { heldBecause } from './held-reasons.ts';
import { finishRollback, quarantinePrefix, settleSharing } from './plan-rollback.ts';
import { makePlanFile, type PlanningContext, throwIfCancelled } from './planning.ts';
import { type RecordedFacts, readRecordedFacts } from './recorded-facts.ts';
import { sameRow, withRunTime } from './run-values.ts';
import { hold } from './settle-shared-object.ts';

const CHUNK = 1_000;

/** The half of a rollback that each kind of debt lacks. */
const MISSING_HALF: Readonly<Record<DebtKind, ScopeMode>> = {
  'orphan-objects': 'r2-only',
  'dangling-rows': 'database-only',
};

const OPEN_IN_WORDS: Readonly<Record<DebtKind, string>> = {
  'orphan-objects': 'objects left open by',
  'dangling-rows': 'rows left open by',
};

/** A debt that is to be closed. */
export interface ClosingRequest {
  /** The file of the run that left it open. */
  readonly subject: RunFile;
  readonly kind: DebtKind;
  readonly acceptances: readonly Acceptance[];
  /** Positions in that file, of those between two, whose items are still open. */
  readonly openItems: (between: {
    readonly firstSeq: number;
    readonly lastSeq: number;
  }) => ReadonlySet<number>;
}

/** What stands in the database for an item now, beside what the run of the debt left there. */
interface Present {
  readonly item: StoredItem;
  readonly row: RowValues | undefined;
  readonly recorded: RecordedFacts | undefined;
}

/**
 * Plans the missing half of an earlier rollback and returns the plan's id. Reads only.
 *
 * The items come from that run's file and not from a query: after its rows were reset, the database may not know the keys of
 * their objects any more. Everything else is a rollback: proofs, shared objects, batches, risks and limits. A file whose row is not
 * as the run left it is held.
 * @throws CANCELLED
 */
export async function planClosing(
  context: PlanningContext,
  request: ClosingRequest,
): Promise<string> {
  request.subject.checkSound();
  const plan = request.subject.readPlan();
  const scope: Scope = { ...plan.scope, mode: MISSING_HALF[request.kind] };
  const header: PlanHeader = {
    runId: context.ids.next(),
    kind: 'rollback',
    subjectRunId: request.subject.runId,
    target: context.target.identity,
    scope,
    scopeInWords: `${OPEN_IN_WORDS[request.kind]} ${plan.scopeInWords}`,
    createdAt: nowIso(context.clock),
    createdBy: context.operator,
    acceptances: request.acceptances,
  };
  await context.target.objects.checkAccess();
  const database = await context.target.database.describe();
  const reader = await context.target.database.openReader();
  try {
    return await makePlanFile(context, header, async (file) => {
      const { mapping } = database;
      await readClosingItems(context, { request, reader, file, scope, mapping });
      await settleSharing(context, { reader, file, scope });
      await finishRollback(context, { reader, file, header, database });
    });
  } finally {
    await reader.close();
  }
}

async function readClosingItems(
  context: PlanningContext,
  work: {
    readonly request: ClosingRequest;
    readonly reader: MigrationReader;
    readonly file: PlanFile;
    readonly scope: Scope;
    readonly mapping: MigrationMapping;
  },
): Promise<void> {
  const { subject, openItems } = work.request;
  const total = subject.readPlan().counts.records;
  const storable = createStorableRow(work.mapping);
  const claimMarks = createMarkClaims();
  let seq = 0;
  let afterSeq = 0;
  for (;;) {
    const page = subject.pageItems({ filter: 'all', afterSeq, limit: CHUNK });
    const last = page.at(-1);
    if (last === undefined) return;
    throwIfCancelled(context);
    const open = openItems({ firstSeq: afterSeq + 1, lastSeq: last.seq });
    const items = page.filter((item) => open.has(item.seq));
    const firstSeq = seq + 1;
    const judged = await judgeItems(context, { ...work, items, firstSeq });
    work.file.appendItems(
      judged.map((one) => {
        const item = claimMarks(one);
        return { ...item, after: storable(item.after) };
      }),
    );
    seq += items.length;
    afterSeq = last.seq;
    context.onProgress('Comparing what was left open with what is there now', afterSeq, total);
    await context.clock.nextTurn();
  }
}

async function judgeItems(
  context: PlanningContext,
  work: {
    readonly request: ClosingRequest;
    readonly reader: MigrationReader;
    readonly file: PlanFile;
    readonly scope: Scope;
    readonly mapping: MigrationMapping;
    readonly items: readonly StoredItem[];
    readonly firstSeq: number;
  },
): Promise<readonly StoredItem[]> {
  const { items, request, scope } = work;
  const recordIds = items.map(({ recordId }) => recordId);
  const rows = await work.reader.readRows(
    items.map(({ recordId, fileId }) => ({ recordId, fileId })),
  );
  const recorded = await readRecordedFacts(work.reader, work.mapping, recordIds);
  const present = items.map(
    (item): Present => ({
      item,
      row: rows.get(item.recordId),
      recorded: recorded.get(item.recordId),
    }),
  );
  const facts = await gatherFacts(context.target, present.map(recordOf), {
    mode: scope.mode,
    known: NOTHING_KNOWN,
  });
  const options = {
    mode: scope.mode,
    acceptances: request.acceptances,
    quarantinePrefix: quarantinePrefix(work.file.runId),
  };
  const classified = facts.map((fact, index) => classifyFile(fact, work.firstSeq + index, options));
  if (request.kind === 'orphan-objects') {
    const left: LeftBehind = {
      runTime: request.subject.readRun().runTime ?? '',
      plannedAtMs: Date.parse(request.subject.readPlan().createdAt),
    };
    return classified.map((item, index) => judgeOrphan(item, present[index], left));
  }
  const objects = await statKeys(
    context.target,
    items.flatMap(({ objectKey }) => objectKey ?? []),
  );
  return classified.map((item, index) =>
    judgeDangling(item, present[index], objects.get(item.objectKey ?? '')),
  );
}

/**
 * The record of an item, put together from the run's file and its present row. An orphan is judged by the status that its record
 * had when it was rolled back: only that tells a broken upload from an object that somebody has written since.
 */
function recordOf({ item, row, recorded }: Present): MigrationRecord {
  const checksum = item.objectSha256 ?? item.before.file?.checksum ?? null;
  const wasReset = item.rowState === 'done';
  return {
    recordId: item.recordId,
    batchId: item.batchId,
    fileId: item.fileId,
    sourcePath: item.sourcePath,
    targetKey: item.objectKey,
    originalChecksum: recorded?.originalChecksum ?? checksum,
    migratedChecksum: recorded?.migratedChecksum ?? checksum,
    fileSizeBytes: recorded?.fileSizeBytes ?? null,
    errorMessage: null,
    status: wasReset ? item.before.status : (row?.status ?? null),
    completedAt: row?.completedAt ?? null,
    file:
      row === undefined || row.file === null
        ? null
        : { ...row.file, filename: item.filename, userId: item.userId },
  };
}

function rowInWords(row: RowValues | undefined): string {
  if (row === undefined) return 'the record is gone';
  return `status is ${String(row.status)}, r2_key is ${String(row.file?.r2Key ?? null)}`;
}

/** Whether the rows of an item are as the run of the debt left them. */
function isAsLeft(item: StoredItem, row: RowValues, left: RowValues): boolean {
  if (left.file !== null) return sameRow(row, left);
  // The run left the file row alone; it must not have come to point at the object.
  return sameRow({ ...row, file: null }, left) && row.file?.r2Key !== item.objectKey;
}

/** How the run of a debt left things. */
interface LeftBehind {
  /** What it wrote into time columns. */
  readonly runTime: string;
  /** When its plan was made: no broken upload that it knew of is younger. */
  readonly plannedAtMs: number;
}

function judgeOrphan(
  judged: StoredItem,
  present: Present | undefined,
  { runTime, plannedAtMs }: LeftBehind,
): StoredItem {
  const row = present?.row;
  const before = row ?? judged.before;
  const item: StoredItem = { ...judged, before, after: before };
  if (
    present === undefined ||
    row === undefined ||
    !isAsLeft(item, row, withRunTime(present.item.after, runTime))
  ) {
    return hold(item, heldBecause('row-moved', rowInWords(row)));
  }
  const { object } = item;
  const isProved = item.objectProof === 'proved';
  if (item.verdict === 'change' && object !== null && !isProved) {
    const isYounger = !(Date.parse(object.lastModified) < plannedAtMs);
    const detail = `${String(object.sizeBytes)} bytes, last modified ${object.lastModified}, written after the rollback`;
    if (isYounger) return hold(item, heldBecause('object-overwritten', detail));
  }
  return item;
}

function judgeDangling(
  judged: StoredItem,
  present: Present | undefined,
  object: ObjectFacts | undefined,
): StoredItem {
  const row = present?.row;
  if (present === undefined || row === undefined) return settled(judged, 'the record is gone');
  const { item } = present;
  if (row.status === 'rolled_back' && row.file?.r2Key !== item.objectKey) {
    return settled(judged, 'the row was reset meanwhile');
  }
  if (object !== undefined) {
    const isBack = object.etag === item.object?.etag && object.sizeBytes === item.object.sizeBytes;
    if (isBack) return settled(judged, 'the object is there again');
    const detail = `${String(object.sizeBytes)} bytes, last modified ${object.lastModified}, written after the rollback`;
    return hold(judged, heldBecause('object-overwritten', detail));
  }
  if (!isAsLeft(item, row, item.before)) {
    return hold(judged, heldBecause('row-moved', rowInWords(row)));
  }
  return judged;
}

/** Nothing is left to do about a file; the plan says why. */
function settled(item: StoredItem, objectDetail: string): StoredItem {
  return {
    ...item,
    verdict: 'untouched',
    held: null,
    rowAction: 'none',
    objectAction: 'none',
    objectDetail,
    after: item.before,
    rowState: 'none',
    objectState: 'none',
    quarantineKey: null,
  };
}
