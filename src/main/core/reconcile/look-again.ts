import type { ObjectFacts } from '../../../shared/domain/plan.ts';
import { byUtf8Bytes, statKeys } from '../plan/gather-facts.ts';
import type { SizedReference } from '../ports/migration-database.ts';
import type { ReportDraft, StoredSuspicion } from '../ports/reconcile-reports.ts';
import { judgeReference } from './judge-reference.ts';
import type { ReconcileContext } from './reconcile-context.ts';
import { type SortedCursor, sortedCursor } from './sorted-cursor.ts';

const PAGE = 1_000;
const CHUNK = 5_000;

/**
 * Looks again at everything that seemed wrong: while a million keys were listed, files were migrated and rolled back.
 *
 * First the objects, then the rows. A migration puts the object before the row, and a rollback resets the row before the object
 * goes: a row that is read last has either not moved, or explains what was seen of its object.
 * @throws CANCELLED between two pages.
 */
export async function lookAgain(context: ReconcileContext, draft: ReportDraft): Promise<void> {
  if (draft.countSuspicions() === 0) return;
  await lookAtObjects(context, draft);
  await lookAtRows(context, draft);
}

async function forEachPage(
  context: ReconcileContext,
  draft: ReportDraft,
  work: {
    readonly stage: string;
    readonly judge: (page: readonly StoredSuspicion[]) => Promise<readonly StoredSuspicion[]>;
  },
): Promise<void> {
  let afterSeq = 0;
  for (;;) {
    const page = draft.pageSuspicions({ afterSeq, limit: PAGE });
    const last = page.at(-1);
    if (last === undefined) return;
    const judged = await work.judge(page);
    draft.replaceSuspicions(judged.filter((one, index) => one !== page[index]));
    afterSeq = last.seq;
    await context.endOfPage(work.stage, draft.totals());
  }
}

function lookAtObjects(context: ReconcileContext, draft: ReportDraft): Promise<void> {
  return forEachPage(context, draft, {
    stage: 'Looking at the objects again',
    judge: async (page) => {
      const objects = await statKeys(
        context.target,
        page.map(({ key }) => key),
      );
      return page.map((suspicion) => withObject(suspicion, objects.get(suspicion.key)));
    },
  });
}

/** The suspicion with the object as it is now; settled where the object alone says that nothing is wrong. */
function withObject(suspicion: StoredSuspicion, object: ObjectFacts | undefined): StoredSuspicion {
  const objectSizeBytes = object?.sizeBytes ?? null;
  const lastModified = object?.lastModified ?? null;
  if (objectSizeBytes === suspicion.objectSizeBytes && lastModified === suspicion.lastModified) {
    return suspicion;
  }
  const now = { ...suspicion, objectSizeBytes, lastModified };
  switch (suspicion.kind) {
    case 'orphan-object':
      return { ...now, settled: object === undefined };
    case 'dangling-row':
    case 'size-differs': {
      if (object === undefined) return { ...now, kind: 'dangling-row' };
      const { recordedSizeBytes } = suspicion;
      const differs = recordedSizeBytes !== null && recordedSizeBytes !== object.sizeBytes;
      return { ...now, kind: 'size-differs', settled: !differs };
    }
  }
}

async function lookAtRows(context: ReconcileContext, draft: ReportDraft): Promise<void> {
  // A new session, so that it sees the rows as they are after the objects were looked at.
  const reader = await context.target.database.openReader();
  const rows = sortedCursor(reader.streamReferencesByKey({ afterKey: null, chunkSize: CHUNK }));
  try {
    await forEachPage(context, draft, {
      stage: 'Looking at the rows again',
      judge: async (page) => {
        const judged: StoredSuspicion[] = [];
        for (const suspicion of page) {
          judged.push(withRow(suspicion, await findRow(rows, suspicion)));
        }
        return judged;
      },
    });
  } finally {
    await rows.close();
    await reader.close();
  }
}

/** Passes rows until the one that a suspicion is about (for an orphan: any row with its key) could come. */
async function findRow(
  rows: SortedCursor<SizedReference>,
  suspicion: StoredSuspicion,
): Promise<SizedReference | undefined> {
  for (;;) {
    const row = rows.peek() ?? (await rows.load());
    if (row === undefined) return undefined;
    const order = orderOf(row, suspicion);
    if (order > 0) return undefined;
    if (order === 0) return row;
    rows.pass();
  }
}

function orderOf(row: SizedReference, { key, table, rowId }: StoredSuspicion): number {
  const byKey = byUtf8Bytes(row.key, key);
  if (byKey !== 0 || table === null || rowId === null) return byKey;
  return byUtf8Bytes(row.table, table) || byUtf8Bytes(row.id, rowId);
}

/** The suspicion with its row as it is now; settled where row and object agree. */
function withRow(suspicion: StoredSuspicion, row: SizedReference | undefined): StoredSuspicion {
  if (suspicion.kind === 'orphan-object') {
    return row === undefined ? suspicion : { ...suspicion, settled: true };
  }
  const { key, objectSizeBytes, lastModified } = suspicion;
  const object =
    objectSizeBytes === null
      ? undefined
      : { key, sizeBytes: objectSizeBytes, etag: '', lastModified: lastModified ?? '' };
  const now = row && judgeReference(row, object);
  return now === undefined ? { ...suspicion, settled: true } : { ...suspicion, ...now };
}
