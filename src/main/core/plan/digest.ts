import type { RowValues } from '../../../shared/domain/plan.ts';
import type { Hashes } from '../ports/hashes.ts';
import type { ItemPage, StoredItem, StoredPlan } from '../ports/run-file.ts';

const PAGE = 2_000;

/** What the digest covers besides the items. */
type DigestHead = Omit<StoredPlan, 'digest'>;

/**
 * The digest of a plan in the making: SHA-256 over one JSON line for each item, in order, and one for the head, which is known last.
 *
 * Equal facts give equal digests; any edit of what the operator consented to gives another one.
 */
export interface PlanDigest {
  add(items: readonly StoredItem[]): void;
  /** Ends it: lower-case hex. Nothing may be added afterwards. */
  finish(head: DigestHead): string;
}

/** Starts the digest of one plan. */
export function startDigest(hashes: Hashes): PlanDigest {
  const hash = hashes.sha256();
  return {
    add: (items) => {
      let lines = '';
      for (const item of items) lines += `${JSON.stringify(factsOf(item))}\n`;
      hash.update(lines);
    },
    finish: (head) => {
      hash.update(`${JSON.stringify(headFacts(head))}\n`);
      return hash.hex();
    },
  };
}

/** Computes the digest of a plan whose items are stored, page by page. */
export function digestOf(
  head: DigestHead,
  items: { readonly pageItems: (page: ItemPage) => readonly StoredItem[]; readonly hashes: Hashes },
): string {
  const digest = startDigest(items.hashes);
  let afterSeq = 0;
  for (;;) {
    const page = items.pageItems({ filter: 'all', afterSeq, limit: PAGE });
    const last = page.at(-1);
    if (last === undefined) return digest.finish(head);
    digest.add(page);
    afterSeq = last.seq;
  }
}

function headFacts(head: DigestHead): readonly unknown[] {
  return [
    'unwind-plan-2',
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
    ...(head.columnDrop === undefined ? [] : [head.columnDrop]),
  ];
}

/**
 * Facts of an item that consent covers, in fixed order: what will be done, and what the operator is shown as the reason for it.
 * The states of the run are not among them, nor is `objectSha256`, which the run learns. Flat where it can be: there is one for each file.
 */
function factsOf(item: StoredItem): readonly unknown[] {
  const { before, after, object, held } = item;
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
    before.status,
    before.completedAt,
    fileFacts(before),
    after.status,
    after.completedAt,
    fileFacts(after),
    object && [object.key, object.sizeBytes, object.etag, object.lastModified],
    item.objectProof,
    item.objectDetail,
    item.originalProof,
    item.originalDetail,
    held && [held.reason, held.detail, held.fix],
    item.quarantineKey,
  ];
}

function fileFacts({ file }: RowValues): readonly unknown[] | null {
  if (file === null) return null;
  const { r2Key, checksum, updatedAt, marks } = file;
  return marks === null
    ? [r2Key, checksum, updatedAt]
    : [r2Key, checksum, updatedAt, marks.migratedAt, marks.migrationStatus, marks.migrationBatchId];
}
