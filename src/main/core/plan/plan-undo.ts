import type { Held, ObjectFacts, PlanBatch, RowValues } from '../../../shared/domain/plan.ts';
import { nowIso } from '../ports/clock.ts';
import type { MigrationReader } from '../ports/migration-database.ts';
import type {
  ContestedKey,
  OpenIntent,
  PlanFile,
  PlanHeader,
  RunFile,
  StoredItem,
} from '../ports/run-file.ts';
import type { MigrationMapping } from '../schema/migration-mapping.ts';
import { storableBatch } from '../schema/storable-values.ts';
import { sameBatch, withChanges } from './batch-after.ts';
import { findBoundary } from './find-boundary.ts';
import { statKeys } from './gather-facts.ts';
import { heldBecause } from './held-reasons.ts';
import { planSteps } from './plan-steps.ts';
import {
  finishPlan,
  makePlanFile,
  type PlanInTheMaking,
  type PlanningContext,
  throwIfCancelled,
} from './planning.ts';
import { rowAddressOf, sameObject } from './row-address.ts';
import { sameRow, withRunTime } from './run-values.ts';

const CHUNK = 1_000;

/** What the world says about one item that is to be taken back. */
export interface UndoFacts {
  readonly item: StoredItem;
  /** Moment that the rollback wrote into its rows. */
  readonly runTime: string;
  readonly currentRow: RowValues | undefined;
  readonly currentObject: ObjectFacts | undefined;
  readonly quarantineCopy: ObjectFacts | undefined;
  /** The key that the row would come to point at although no object is there; `null`: there is none. */
  readonly missingKey: string | null;
}

type ObjectDecision =
  | { readonly kind: 'restore'; readonly copy: ObjectFacts }
  | { readonly kind: 'none'; readonly detail: string }
  | { readonly kind: 'hold'; readonly held: Held };

/** What has to happen to the object so that it is there again; newer data is never overwritten. */
function decideObject({ item, currentObject, quarantineCopy }: UndoFacts): ObjectDecision {
  if (item.objectAction !== 'quarantine-and-delete' || item.objectState === 'planned') {
    return { kind: 'none', detail: 'the rollback did not touch the object' };
  }
  if (currentObject !== undefined) {
    const untouched = item.object !== null && sameObject(currentObject, item.object);
    const sameContent =
      item.object !== null &&
      currentObject.etag === item.object.etag &&
      currentObject.sizeBytes === item.object.sizeBytes;
    if (untouched || sameContent) return { kind: 'none', detail: 'the object is there already' };
    if (item.objectState === 'drifted')
      return { kind: 'none', detail: 'the rollback left the newer object alone' };
    return {
      kind: 'hold',
      held: heldBecause(
        'newer-object',
        `${String(currentObject.sizeBytes)} bytes, last modified ${currentObject.lastModified}, written after the rollback`,
      ),
    };
  }
  if (quarantineCopy === undefined) {
    return {
      kind: 'hold',
      held: heldBecause('quarantine-missing', `no object at ${String(item.quarantineKey)}`),
    };
  }
  return { kind: 'restore', copy: quarantineCopy };
}

type RowDecision = 'restore' | 'none' | { readonly held: Held };

function decideRow({ item, runTime, currentRow, missingKey }: UndoFacts): RowDecision {
  if (item.rowState !== 'done' && item.rowState !== 'planned') return 'none';
  if (currentRow === undefined)
    return { held: heldBecause('row-moved', `record ${item.recordId} is gone`) };
  if (sameRow(currentRow, withRunTime(item.after, runTime))) {
    if (missingKey === null) return 'restore';
    return { held: heldBecause('object-missing', `no object at ${missingKey}`) };
  }
  if (sameRow(currentRow, item.before)) return 'none';
  return {
    held: heldBecause(
      'row-moved',
      `status is ${String(currentRow.status)}, r2_key is ${String(currentRow.file?.r2Key ?? null)}`,
    ),
  };
}

/** Decides how one item of a rollback is taken back. Pure. */
export function classifyUndo(facts: UndoFacts, seq: number): StoredItem {
  const { item } = facts;
  const object = decideObject(facts);
  const row = decideRow(facts);
  const held = object.kind === 'hold' ? object.held : typeof row === 'object' ? row.held : null;
  const restoresRow = held === null && row === 'restore';
  const restoresObject = held === null && object.kind === 'restore';
  const before = facts.currentRow ?? item.before;
  return {
    ...item,
    seq,
    verdict: held !== null ? 'held' : restoresRow || restoresObject ? 'change' : 'untouched',
    rowAction: restoresRow ? 'restore' : 'none',
    objectAction: restoresObject ? 'restore' : 'none',
    before,
    after: restoresRow ? item.before : before,
    object: object.kind === 'restore' ? object.copy : (facts.currentObject ?? null),
    objectProof: object.kind === 'restore' ? 'proved' : 'not-needed',
    objectDetail:
      object.kind === 'restore'
        ? `quarantine copy at ${object.copy.key}`
        : object.kind === 'none'
          ? object.detail
          : object.held.detail,
    originalProof: 'not-needed',
    originalDetail: 'an undo leaves originals alone',
    held,
    quarantineKey: restoresObject ? item.quarantineKey : null,
    rowState: restoresRow ? 'planned' : 'none',
    objectState: restoresObject ? 'planned' : 'none',
    stateDetail: null,
  };
}

/**
 * Holds every row that would point at an object which another item of the plan cannot bring back. Pure.
 *
 * Rows that shared an object let go of it together, and one of them carried it to the quarantine: if that one is held, the others
 * would point at nothing, or at somebody's newer content.
 */
function holdSharersOfHeld(contested: ContestedKey): readonly StoredItem[] {
  const blocked = contested.items.find(
    (item) => item.held?.reason === 'newer-object' || item.held?.reason === 'quarantine-missing',
  );
  if (blocked === undefined || blocked.held === null) return contested.items;
  const { reason, detail } = blocked.held;
  return contested.items.map((item) => {
    const wouldPoint = item.rowAction === 'restore' && item.after.file?.r2Key === contested.key;
    if (!wouldPoint) return item;
    const held = heldBecause(
      reason,
      `shares the object with record ${blocked.recordId}: ${detail}`,
    );
    return {
      ...item,
      verdict: 'held',
      held,
      rowAction: 'none',
      rowState: 'none',
      after: item.before,
    };
  });
}

/**
 * Plans taking a rollback back and returns the plan's id; with a checkpoint, what the rollback did after it. Reads only.
 *
 * Everything that the run did is crossed with what is there now: rows and objects that somebody changed since are held.
 * @throws CHECKPOINT_NOT_FOUND
 */
export async function planUndo(
  context: PlanningContext,
  subject: RunFile,
  toCheckpoint?: string,
): Promise<string> {
  subject.checkSound();
  const plan = subject.readPlan();
  const kept = toCheckpoint === undefined ? undefined : findBoundary(subject, toCheckpoint);
  const runTime = subject.readRun().runTime ?? '';
  if (plan.counts.objectsToMove > 0) await context.target.objects.checkAccess();
  const header: PlanHeader = {
    runId: context.ids.next(),
    kind: 'undo',
    subjectRunId: subject.runId,
    target: context.target.identity,
    scope: plan.scope,
    ...(kept === undefined ? {} : { toCheckpoint: kept.name }),
    scopeInWords:
      kept === undefined
        ? `undo of ${plan.scopeInWords}`
        : `undo of ${plan.scopeInWords}, back to checkpoint "${kept.name}"`,
    createdAt: nowIso(context.clock),
    createdBy: context.operator,
    acceptances: [],
  };
  const reader = await context.target.database.openReader();
  try {
    return await makePlanFile(context, header, async (file) => {
      const total = plan.counts.records;
      const keptStage = kept?.stage ?? 0;
      await readUndoItems(context, { subject, runTime, reader, file, total, keptStage });
      for (const contested of file.contestedKeys()) {
        file.replaceItems(holdSharersOfHeld(contested));
      }
      await finish(context, { subject, reader, file, header });
    });
  } finally {
    await reader.close();
  }
}

async function readUndoItems(
  context: PlanningContext,
  work: {
    readonly subject: RunFile;
    readonly runTime: string;
    readonly reader: MigrationReader;
    readonly file: PlanFile;
    readonly total: number;
    /** Items up to and including this stage stay as they are; 0: none does. */
    readonly keptStage: number;
  },
): Promise<void> {
  const openIntents = work.subject.openIntents();
  const isRestore = work.subject.readPlan().kind === 'restore';
  const pointed = (item: StoredItem): string | null => (isRestore ? keyAgain(item) : null);
  let seq = 0;
  let afterSeq = 0;
  for (;;) {
    const page = work.subject.pageItems({
      filter: 'changing',
      afterSeq,
      limit: CHUNK,
      afterStage: work.keptStage,
    });
    const last = page.at(-1);
    if (last === undefined) return;
    throwIfCancelled(context);
    const touched = page.filter((item) => wasTouched(item, openIntents));
    const rows = await work.reader.readRows(touched.map(rowAddressOf));
    const objects = await statKeys(context.target, [
      ...touched.flatMap(undoEvidenceKeys),
      ...touched.flatMap((item) => pointed(item) ?? []),
    ]);
    const facts = touched.map(
      (item): UndoFacts => ({
        item,
        runTime: work.runTime,
        currentRow: rows.get(item.recordId),
        currentObject: objects.get(item.objectKey ?? ''),
        quarantineCopy: objects.get(item.quarantineKey ?? ''),
        missingKey: objects.has(pointed(item) ?? '') ? null : pointed(item),
      }),
    );
    const firstSeq = seq + 1;
    work.file.appendItems(facts.map((fact, index) => classifyUndo(fact, firstSeq + index)));
    seq += touched.length;
    afterSeq = last.seq;
    context.onProgress('Comparing with what is there now', afterSeq, work.total);
    await context.clock.nextTurn();
  }
}

/** The key that the row of a restore pointed at before it and not after; a restore moves no object, so that nothing else looks whether it is there. */
function keyAgain({ before, after }: StoredItem): string | null {
  const key = before.file?.r2Key ?? null;
  return key === '' || key === after.file?.r2Key ? null : key;
}

/** Whether the run did something to the item, or may have: an intent without an outcome leaves that open. */
function wasTouched(item: StoredItem, openIntents: readonly OpenIntent[]): boolean {
  if (item.rowState === 'done' || hasMovedObject(item)) return true;
  return openIntents.some((intent) => item.seq >= intent.firstSeq && item.seq <= intent.lastSeq);
}

function hasMovedObject(item: StoredItem): boolean {
  return (
    item.objectState === 'quarantined' ||
    item.objectState === 'done' ||
    item.objectState === 'failed'
  );
}

/** Keys whose objects decide how an item is taken back. An object that the run left alone as drift counts: it may stand there still. */
export function undoEvidenceKeys(
  item: Pick<StoredItem, 'objectState' | 'objectKey' | 'quarantineKey'>,
): readonly string[] {
  if (item.objectState === 'none' || item.objectState === 'planned') return [];
  return [item.objectKey, item.quarantineKey].filter((key) => key !== null);
}

/** Batch rows go back bit for bit when everything of the run does; else their counters are recomputed. */
async function undoBatches({
  subject,
  reader,
  file,
  mapping,
}: {
  readonly subject: RunFile;
  readonly reader: MigrationReader;
  readonly file: PlanFile;
  readonly mapping: MigrationMapping;
}): Promise<readonly PlanBatch[]> {
  const applied = subject.appliedBatches();
  const batchIds = [...applied.keys()];
  if (batchIds.length === 0) return [];
  const stored = await reader.readBatchValues(batchIds);
  const counted = await reader.readBatches(batchIds);
  const changes = file.batchChanges();
  const everything = file.counts().rowsToChange === subject.countItems('rows-done');
  return subject.readPlan().batches.flatMap((batch) => {
    const before = stored.get(batch.batchId);
    const counters = counted.find((one) => one.batchId === batch.batchId)?.recomputed;
    const written = applied.get(batch.batchId);
    if (before === undefined || counters === undefined || written === undefined) return [];
    const own = changes.filter((change) => change.batchId === batch.batchId);
    // Nothing of this batch comes back: what the rollback made of it stays true.
    if (own.length === 0) return [];
    const exact = everything && sameBatch(before, written);
    const predicted = withChanges(counters, own);
    const after = exact
      ? batch.before
      : storableBatch(mapping, {
          ...batch.before,
          completedFiles: predicted.completed,
          failedFiles: predicted.failed,
          verifiedFiles: predicted.verified,
        });
    return sameBatch(before, after) ? [] : [{ batchId: batch.batchId, before, after }];
  });
}

async function finish(
  context: PlanningContext,
  work: {
    readonly subject: RunFile;
    readonly reader: MigrationReader;
    readonly file: PlanInTheMaking;
    readonly header: PlanHeader;
  },
): Promise<void> {
  const { file, header } = work;
  const counts = file.counts();
  const { mapping } = await context.target.database.describe();
  const batches = await undoBatches({ ...work, mapping });
  const changing = counts.records - counts.held - counts.untouched;
  const steps = changing === 0 ? [] : planSteps('undo', counts, batches.length);
  finishPlan(
    file,
    { ...header, counts, batches: [...batches], findings: [], steps: [...steps] },
    { changing },
  );
}
