import type { RowValues } from '../../../shared/domain/plan.ts';
import type { Hashes } from '../ports/hashes.ts';
import type { ItemPage, StoredItem, StoredPlan } from '../ports/run-file.ts';

const PAGE = 2_000;

/**
 * Facts of an item that consent covers, in fixed order: what will be done, and what the operator is shown as the reason for it.
 * The states of the run are not among them, nor is `objectSha256`, which the run learns.
 */
function factsOf(item: StoredItem): readonly unknown[] {
  const { before, after, object } = item;
  return [
    item.seq,
    item.recordId,
    item.batchId,
    item.fileId,
    item.userId,
    item.filename,
    item.sourcePath,
    item.objectKey,
    item.verdict,
    item.rowAction,
    item.objectAction,
    valuesOf(before),
    valuesOf(after),
    object && [object.key, object.sizeBytes, object.etag, object.lastModified],
    item.objectProof,
    item.objectDetail,
    item.originalProof,
    item.originalDetail,
    item.held && [item.held.reason, item.held.detail, item.held.fix],
    item.quarantineKey,
  ];
}

function valuesOf({ status, completedAt, file }: RowValues): readonly unknown[] {
  if (file === null) return [status, completedAt, null];
  const { r2Key, checksum, updatedAt, marks } = file;
  return [
    status,
    completedAt,
    [
      r2Key,
      checksum,
      updatedAt,
      marks && [marks.migratedAt, marks.migrationStatus, marks.migrationBatchId],
    ],
  ];
}

/** What the digest covers besides the items. */
type DigestHead = Omit<StoredPlan, 'digest'>;

/**
 * Computes a plan's digest: SHA-256 over one JSON line for the head and one for each item, in order.
 *
 * Equal facts give equal digests; any edit of what the operator consented to gives another one. Reads the items page by page.
 */
export function digestOf(
  head: DigestHead,
  items: { readonly pageItems: (page: ItemPage) => readonly StoredItem[]; readonly hashes: Hashes },
): string {
  const hash = items.hashes.sha256();
  hash.update(
    `${JSON.stringify([
      'unwind-plan-1',
      head.runId,
      head.kind,
      head.subjectRunId,
      head.target,
      head.scope,
      head.scopeInWords,
      head.createdAt,
      head.createdBy,
      head.acceptances,
      head.counts,
      head.batches,
      head.findings,
      head.steps,
      head.confirmationPhrase,
    ])}\n`,
  );
  let afterSeq = 0;
  for (;;) {
    const page = items.pageItems({ filter: 'all', afterSeq, limit: PAGE });
    for (const item of page) hash.update(`${JSON.stringify(factsOf(item))}\n`);
    const last = page.at(-1);
    if (last === undefined) return hash.hex();
    afterSeq = last.seq;
  }
}
