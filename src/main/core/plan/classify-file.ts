import type { Acceptance, Held, ObjectFacts } from '../../../shared/domain/plan.ts';
import type { ScopeMode } from '../../../shared/domain/scope.ts';
import type { MigrationRecord } from '../ports/migration-database.ts';
import type { ContentHash } from '../ports/object-store.ts';
import type { OriginalFacts } from '../ports/originals.ts';
import type { StoredItem } from '../ports/run-file.ts';
import { resetValues, rowValuesOf } from '../schema/reset-values.ts';
import { type ContentProof, etagProves, proveObject, proveOriginal } from './content-proof.ts';
import { heldBecause } from './held-reasons.ts';

/** Everything that was read about one file. `null` means: not looked at, because nothing depends on it. */
export interface FileFacts {
  readonly record: MigrationRecord;
  readonly object: ObjectFacts | 'absent' | null;
  readonly objectHash: ContentHash | null;
  readonly original: OriginalFacts | null;
}

export interface ClassifyOptions {
  readonly mode: ScopeMode;
  readonly acceptances: readonly Acceptance[];
  readonly quarantinePrefix: string;
}

const MIGRATED: ReadonlySet<string | null> = new Set(['completed', 'verified']);

/** The key that the file row points at; an empty one points nowhere. */
function fileKeyOf(record: MigrationRecord): string | null {
  const key = record.file?.r2Key ?? null;
  return key === '' ? null : key;
}

/** The key of a record's object. The file row knows it too, in case the record lost it (a trap of the reference schema). */
export function objectKeyOf(record: MigrationRecord): string | null {
  if (record.targetKey !== null && record.targetKey !== '') return record.targetKey;
  return MIGRATED.has(record.status) ? fileKeyOf(record) : null;
}

/** Whether the file row points at the record's object, so that a rollback resets it. */
function pointsAtObject(record: MigrationRecord, key: string | null): boolean {
  return key !== null && record.file !== null && record.file.r2Key === key;
}

/** Whether the file row has no key but says that this record's batch worked on it: after a failed attempt, say. */
function bearsItsMarks(record: MigrationRecord): boolean {
  return fileKeyOf(record) === null && record.file?.marks?.migrationBatchId === record.batchId;
}

/** What has to be read from the bucket and the originals before a record can be classified. */
export function evidenceNeeded(
  record: MigrationRecord,
  mode: ScopeMode,
): { readonly object: 'needed' | 'not-needed'; readonly original: 'needed' | 'not-needed' } {
  const key = objectKeyOf(record);
  const resetsFile = mode !== 'r2-only' && pointsAtObject(record, key);
  const movesObject = mode !== 'database-only' && key !== null;
  return {
    object: movesObject ? 'needed' : 'not-needed',
    original: resetsFile || movesObject ? 'needed' : 'not-needed',
  };
}

interface Judgement {
  readonly object: ContentProof;
  readonly original: ContentProof;
  readonly held: Held | null;
}

const NOT_NEEDED: ContentProof = { proof: 'not-needed', detail: 'nothing depends on it' };

/**
 * Judges the proofs of one file and finds the first guard that holds it.
 *
 * The order matters to the operator, not to safety: the reason that explains most comes first.
 */
function judge(facts: FileFacts, options: ClassifyOptions): Judgement {
  const { record, object, original } = facts;
  const key = objectKeyOf(record);
  const present = object !== null && object !== 'absent' ? object : undefined;
  const resetsFile = options.mode !== 'r2-only' && pointsAtObject(record, key);
  const dependsOnOriginal = resetsFile || present !== undefined;

  if (
    options.mode !== 'r2-only' &&
    MIGRATED.has(record.status) &&
    fileKeyOf(record) !== null &&
    !resetsFile
  ) {
    return {
      object: NOT_NEEDED,
      original: NOT_NEEDED,
      held: heldBecause(
        'row-points-elsewhere',
        `files.r2_key is ${String(fileKeyOf(record))}, the record says ${String(record.targetKey)}`,
      ),
    };
  }

  const originalHash = original?.state === 'present' ? original.hash : null;
  const objectProof = judgeObject({ facts, originalHash, present });
  if (!dependsOnOriginal) return { object: objectProof, original: NOT_NEEDED, held: null };

  if (original?.state === 'escapes') {
    return {
      object: objectProof,
      original: { proof: 'unknown', detail: original.detail },
      held: heldBecause('path-escapes', original.detail),
    };
  }
  const originalProof = judgeOriginal(facts, objectProof);
  const held =
    holdForOriginal(originalProof, original, options) ?? holdForObject(facts, objectProof);
  return { object: objectProof, original: originalProof, held };
}

function judgeObject(evidence: {
  readonly facts: FileFacts;
  readonly originalHash: ContentHash | null;
  readonly present: ObjectFacts | undefined;
}): ContentProof {
  const { facts, originalHash, present } = evidence;
  if (facts.object === null) return NOT_NEEDED;
  if (present === undefined) return { proof: 'disproved', detail: 'no object under this key' };
  return (
    proveObject({
      record: facts.record,
      object: present,
      originalHash,
      objectHash: facts.objectHash,
    }) ?? {
      proof: 'unknown',
      detail: 'content not read',
    }
  );
}

function judgeOriginal(facts: FileFacts, objectProof: ContentProof): ContentProof {
  const { original } = facts;
  if (original === null) return { proof: 'unknown', detail: 'not looked at' };
  const proof = proveOriginal(facts.record, original);
  if (original.state !== 'present' || original.hash === null || objectProof.proof !== 'proved') {
    return proof;
  }
  const sameContent = hasObjectContent(facts, original.hash);
  // Without a recorded checksum, content equal to the object's is the proof: every byte of the object is there.
  if (proof.proof === 'unknown' && sameContent) {
    return {
      proof: 'proved',
      detail: `same content as the object, ${String(original.sizeBytes)} bytes`,
    };
  }
  // Each may match its own recorded checksum and still differ from the other: then the object is the only copy of its content.
  if (proof.proof === 'proved' && !sameContent) {
    return {
      proof: 'disproved',
      detail: 'matches its recorded checksum, but the object holds other content',
    };
  }
  return proof;
}

/** Whether content with this hash is the object's, by reading the object (also inside its gzip) or by an ETag that is its MD5. */
function hasObjectContent(facts: FileFacts, hash: ContentHash): boolean {
  if (facts.object === null || facts.object === 'absent') return false;
  if (facts.objectHash === null) return etagProves(facts.object, hash);
  const { sha256, gunzipped } = facts.objectHash;
  return sha256 === hash.sha256 || gunzipped?.sha256 === hash.sha256;
}

function holdForOriginal(
  proof: ContentProof,
  original: OriginalFacts | null,
  options: ClassifyOptions,
): Held | null {
  if (proof.proof === 'proved') return null;
  if (proof.proof === 'disproved') {
    const reason = original?.state === 'missing' ? 'original-missing' : 'original-different';
    return heldBecause(reason, proof.detail);
  }
  const accepted = options.acceptances.some(
    (acceptance) => acceptance.code === 'unknown-originals',
  );
  return accepted ? null : heldBecause('original-unknown', proof.detail);
}

/** An object that differs is held when a row serves it; a broken upload that no row points at may go to the quarantine. */
function holdForObject(facts: FileFacts, objectProof: ContentProof): Held | null {
  const { record, object } = facts;
  if (object === null || object === 'absent' || objectProof.proof === 'proved') return null;
  const brokenUpload =
    !pointsAtObject(record, objectKeyOf(record)) &&
    !MIGRATED.has(record.status) &&
    record.status !== 'rolled_back';
  if (brokenUpload) return null;
  return objectProof.proof === 'unknown'
    ? heldBecause('object-unknown', objectProof.detail)
    : heldBecause('object-overwritten', objectProof.detail);
}

/**
 * Decides what the plan does with one file. Pure: reads nothing but `facts`.
 *
 * A held file keeps its row and its object exactly as they are. Sharing between files is settled later, over the whole plan.
 */
export function classifyFile(facts: FileFacts, seq: number, options: ClassifyOptions): StoredItem {
  const { record } = facts;
  const key = objectKeyOf(record);
  const { object, original, held } = judge(facts, options);
  const present = facts.object !== null && facts.object !== 'absent' ? facts.object : null;

  const movesObject = held === null && present !== null && options.mode !== 'database-only';
  const changesRow = held === null && options.mode !== 'r2-only' && record.status !== 'rolled_back';
  const whole = rowValuesOf(record);
  // A file row that points at another object is not this record's any more: another item of the plan may rightly change it.
  const leavesFileRow =
    (changesRow && !pointsAtObject(record, key) && !bearsItsMarks(record)) ||
    held?.reason === 'row-points-elsewhere';
  const before = leavesFileRow ? { ...whole, file: null } : whole;
  const verdict = held !== null ? 'held' : changesRow || movesObject ? 'change' : 'untouched';

  return {
    seq,
    recordId: record.recordId,
    batchId: record.batchId,
    fileId: record.fileId,
    userId: record.file?.userId ?? null,
    filename: record.file?.filename ?? null,
    sourcePath: record.sourcePath,
    objectKey: key,
    verdict,
    rowAction: changesRow ? 'reset' : 'none',
    objectAction: movesObject ? 'quarantine-and-delete' : 'none',
    before,
    after: changesRow ? resetValues(before) : before,
    object: present,
    objectProof: object.proof,
    objectDetail: object.detail,
    originalProof: original.proof,
    originalDetail: original.detail,
    held,
    objectSha256: knownSha256(facts, object),
    quarantineKey: movesObject && key !== null ? `${options.quarantinePrefix}${key}` : null,
    rowState: changesRow ? 'planned' : 'none',
    objectState: movesObject ? 'planned' : 'none',
    stateDetail: null,
  };
}

/** The SHA-256 of the object's content where reading it or its proved equality with the original told it. */
function knownSha256(facts: FileFacts, object: ContentProof): string | null {
  if (facts.objectHash !== null) return facts.objectHash.sha256;
  const original = facts.original?.state === 'present' ? facts.original.hash : null;
  return object.proof === 'proved' && original !== null ? original.sha256 : null;
}
