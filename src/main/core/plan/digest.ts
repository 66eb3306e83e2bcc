import type { RowValues } from '../../../shared/domain/plan.ts';
import type { Hashes } from '../ports/hashes.ts';
import type { ItemPage, StoredItem, StoredPlan } from '../ports/run-file.ts';

const PAGE = 2_000;

/** What the digest covers besides the items. */
type DigestHead = Omit<StoredPlan, 'digest'>;

/**
 * The digest of a plan in the making: SHA-256 over the facts of its items, in order, as lines of JSON, and one line for the head, which is
 * known last. A line holds the facts of 256 items one after the other; see `writeFacts`.
 *
 * Equal facts give equal digests, however many items are added at a time; any edit of what the operator consented to gives another one.
 */
export interface PlanDigest {
  add(items: readonly StoredItem[]): void;
  /** Ends it: lower-case hex. Nothing may be added afterwards. */
  finish(head: DigestHead): string;
}

/** Items of one line: one text is made and hashed faster than one for each item. */
const LINE_ITEMS = 256;

/** Starts the digest of one plan. */
export function startDigest(hashes: Hashes): PlanDigest {
  const hash = hashes.sha256();
  let line: (Fact | AsBefore)[] = [];
  let itemsInLine = 0;
  let before: readonly Fact[] = [];

  function endLine(): void {
    hash.update(`${JSON.stringify(line)}\n`);
    line = [];
    itemsInLine = 0;
  }

  return {
    add: (items) => {
      for (const item of items) {
        const facts = factsOf(item);
        writeFacts(line, facts, before);
        before = facts;
        itemsInLine += 1;
        if (itemsInLine === LINE_ITEMS) endLine();
      }
    },
    finish: (head) => {
      endLine();
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
    'unwind-plan-4',
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
    ...(head.toCheckpoint === undefined ? [] : [head.toCheckpoint]),
    ...(head.restoreSource === undefined ? [] : [head.restoreSource]),
  ];
}

/**
 * A fact of an item: a text, a yes or no, or none. Never a number: where a damaged file has one in place of a text, no fact may look
 * like it.
 */
type Fact = string | boolean | null;

/** A key that is the object key of the same item. */
const OBJECT_KEY = true;

/** Stands for so many facts, from here on, that are those of the item before: most of them are. */
type AsBefore = readonly [facts: number];

/** Made once: an item has some of them. */
const AS_BEFORE: readonly AsBefore[] = Array.from({ length: 64 }, (_, facts) => [facts]);

/**
 * Writes the facts of an item behind those of the items before it. Every item has the same number of facts, and what is left out can be
 * looked up in what was written before it: two plans with the same lines have the same facts.
 */
function writeFacts(
  line: (Fact | AsBefore)[],
  facts: readonly Fact[],
  before: readonly Fact[],
): void {
  let repeated = 0;
  for (let at = 0; at < facts.length; at += 1) {
    const fact = facts[at] ?? null;
    if (fact === before[at]) {
      repeated += 1;
      continue;
    }
    if (repeated > 0) line.push(AS_BEFORE[repeated] ?? [repeated]);
    repeated = 0;
    line.push(fact);
  }
  if (repeated > 0) line.push(AS_BEFORE[repeated] ?? [repeated]);
}

/**
 * Facts of an item that consent covers, in fixed order: what will be done, and what the operator is shown as the reason for it.
 * The states of the run are not among them, nor is `objectSha256`, which the run learns.
 */
function factsOf(item: StoredItem): readonly Fact[] {
  const { before, after, object, held } = item;
  return [
    String(item.seq),
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
    before.file !== null,
    keyFact(before.file?.r2Key, item),
    before.file?.checksum ?? null,
    before.file?.updatedAt ?? null,
    marksFact(before),
    after.status,
    after.completedAt,
    after.file !== null,
    keyFact(after.file?.r2Key, item),
    after.file?.checksum ?? null,
    after.file?.updatedAt ?? null,
    marksFact(after),
    keyFact(object?.key, item),
    object === null ? null : String(object.sizeBytes),
    object === null ? null : object.etag,
    object === null ? null : object.lastModified,
    item.objectProof,
    item.objectDetail,
    item.originalProof,
    item.originalDetail,
    held === null ? null : held.reason,
    held === null ? null : held.detail,
    held === null ? null : held.fix,
    item.quarantineKey,
  ];
}

function keyFact(key: string | null | undefined, { objectKey }: StoredItem): Fact {
  if (key === null || key === undefined) return null;
  return key === objectKey ? OBJECT_KEY : key;
}

function marksFact({ file }: RowValues): Fact {
  const marks = file?.marks ?? null;
  if (marks === null) return null;
  return JSON.stringify([marks.migratedAt, marks.migrationStatus, marks.migrationBatchId]);
}
