import type { ObjectFacts } from '../../../shared/domain/plan.ts';
import { byUtf8Bytes } from '../plan/gather-facts.ts';
import type { SizedReference } from '../ports/migration-database.ts';
import type { ReportDraft } from '../ports/reconcile-reports.ts';
import type { ReconcileContext } from './reconcile-context.ts';
import { collectParts, type PartCollector } from './report-part.ts';
import { type SortedCursor, sortedCursor } from './sorted-cursor.ts';

const CHUNK = 5_000;

/**
 * Joins the bucket's listing with everything in the database that points at an object, both sorted by the bytes of the key, from
 * the draft's mark to the end of both. One pass, one page of each in memory; the mark moves with each page of the listing.
 *
 * @throws CANCELLED between two pages.
 */
export async function compareAll(context: ReconcileContext, draft: ReportDraft): Promise<void> {
  const { lastKey: afterKey } = draft.readMark();
  const { database, objects } = context.target;
  const reader = await database.openReader();
  const rows = sortedCursor(reader.streamReferencesByKey({ afterKey, chunkSize: CHUNK }));
  const part = collectParts(draft);
  try {
    let lastKey = afterKey;
    for await (const page of objects.list(
      '',
      afterKey === null ? undefined : { after: afterKey },
    )) {
      await joinPage(page, rows, part);
      lastKey = page.at(-1)?.key ?? lastKey;
      part.commit({ lastKey, state: 'comparing' });
      await context.endOfPage('Comparing the bucket with the rows', draft.totals());
    }
    lastKey = await joinRest(context, { draft, rows, part, lastKey });
    part.commit({ lastKey, state: 'compared' });
  } finally {
    await rows.close();
    await reader.close();
  }
}

async function joinPage(
  page: readonly ObjectFacts[],
  rows: SortedCursor<SizedReference>,
  part: PartCollector,
): Promise<void> {
  for (const object of page) {
    let pointedAt: 'by-a-row' | 'by-none' = 'by-none';
    for (;;) {
      const row = rows.peek() ?? (await rows.load());
      if (row === undefined) break;
      const order = byUtf8Bytes(row.key, object.key);
      if (order > 0) break;
      rows.pass();
      if (order === 0) pointedAt = 'by-a-row';
      part.addRow(row, order === 0 ? object : undefined);
    }
    part.addObject(object, pointedAt);
  }
}

/** The rows whose keys come after the bucket's last one. The mark moves only where a key ends: a resume begins at a key. */
async function joinRest(
  context: ReconcileContext,
  work: {
    readonly draft: ReportDraft;
    readonly rows: SortedCursor<SizedReference>;
    readonly part: PartCollector;
    readonly lastKey: string | null;
  },
): Promise<string | null> {
  let { lastKey } = work;
  for (;;) {
    const row = work.rows.peek() ?? (await work.rows.load());
    if (row === undefined) return lastKey;
    if (row.key !== lastKey && work.part.rowsSinceMark() >= CHUNK) {
      work.part.commit({ lastKey, state: 'comparing' });
      await context.endOfPage('Looking at the rows beyond the last object', work.draft.totals());
    }
    work.rows.pass();
    work.part.addRow(row, undefined);
    lastKey = row.key;
  }
}
