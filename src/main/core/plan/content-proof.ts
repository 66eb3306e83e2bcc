import type { ObjectFacts, Proof } from '../../../shared/domain/plan.ts';
import type { MigrationRecord } from '../ports/migration-database.ts';
import type { ContentHash } from '../ports/object-store.ts';
import type { OriginalFacts } from '../ports/originals.ts';

/** The answer to "is it what the migration says?", with the fact behind it. */
export interface ContentProof {
  readonly proof: Proof;
  readonly detail: string;
}

const SHA256_HEX = /^[0-9a-f]{64}$/;
const MD5_HEX = /^[0-9a-f]{32}$/;

/** A checksum of a tracking record as bare lower-case hex; `null` where none is recorded. */
function bareChecksum(recorded: string | null): string | null {
  if (recorded === null || recorded === '') return null;
  return recorded.toLowerCase().replace(/^(sha-?256|md5)[:=]/, '');
}

/** Whether `hash` is what `recorded` (SHA-256 or MD5, told by length) says; `undefined` where the form is unknown. */
function matchesRecorded(hash: ContentHash, recorded: string): boolean | undefined {
  if (SHA256_HEX.test(recorded)) return hash.sha256 === recorded;
  if (MD5_HEX.test(recorded)) return hash.md5 === recorded;
  return undefined;
}

/**
 * Decides whether the original is present with the content that was migrated.
 *
 * Proved by checksum where the record has one; without one only content equal to the object's counts, which `proveObject` finds.
 */
export function proveOriginal(record: MigrationRecord, original: OriginalFacts): ContentProof {
  if (original.state === 'missing') {
    return { proof: 'disproved', detail: `no file at ${original.location}` };
  }
  if (original.state !== 'present') return { proof: 'unknown', detail: original.detail };
  if (original.hash === null) return { proof: 'unknown', detail: 'present, content not read' };

  const recorded = bareChecksum(record.originalChecksum) ?? bareChecksum(record.migratedChecksum);
  if (recorded === null) {
    return { proof: 'unknown', detail: 'present, but the record has no checksum to compare with' };
  }
  const matches = matchesRecorded(original.hash, recorded);
  if (matches === undefined) {
    return {
      proof: 'unknown',
      detail: `present, but the recorded checksum ${recorded} has an unknown form`,
    };
  }
  if (matches)
    return { proof: 'proved', detail: `checksum equal, ${String(original.sizeBytes)} bytes` };
  return {
    proof: 'disproved',
    detail: `checksum differs from the recorded one: ${String(original.sizeBytes)} bytes at ${original.location}`,
  };
}

/**
 * Whether the ETag proves that an object holds the content with this hash. It is the MD5 for an object stored by one plain put;
 * a multipart ETag says nothing about content.
 */
export function etagProves(object: ObjectFacts, hash: ContentHash): boolean {
  return (
    MD5_HEX.test(object.etag) && object.etag === hash.md5 && object.sizeBytes === hash.sizeBytes
  );
}

function hasRecordedSize(record: MigrationRecord, object: ObjectFacts): boolean {
  return record.fileSizeBytes === null || object.sizeBytes === record.fileSizeBytes;
}

/**
 * Whether reading an object may prove it although its size is not the recorded one: R2 stores what was uploaded compressed as it came,
 * and the migration recorded the size of the file.
 */
export function mayBeCompressed(record: MigrationRecord, object: ObjectFacts): boolean {
  return record.fileSizeBytes !== null && object.sizeBytes < record.fileSizeBytes;
}

/** Whether an object that was read turned out to be stored compressed: delivered as it is, or decompressed on the way. */
function wasCompressed(object: ObjectFacts, objectHash: ContentHash | null): boolean {
  if (objectHash === null) return false;
  return objectHash.gunzipped !== undefined || objectHash.sizeBytes !== object.sizeBytes;
}

/** What is known about an object's content when it is compared. */
export interface ObjectEvidence {
  readonly record: MigrationRecord;
  readonly object: ObjectFacts;
  readonly originalHash: ContentHash | null;
  /** Set once the object itself was read. */
  readonly objectHash: ContentHash | null;
}

/**
 * Decides whether the object holds what the migration put there. `undefined`: only reading the object can tell.
 *
 * Cheapest evidence first: an ETag equal to the MD5 of the original (R2: single puts have MD5 ETags), then sizes, then content.
 */
export function proveObject(evidence: ObjectEvidence): ContentProof | undefined {
  const { record, object, originalHash, objectHash } = evidence;
  if (originalHash !== null && etagProves(object, originalHash)) {
    return { proof: 'proved', detail: 'ETag equals the MD5 of the original' };
  }
  if (!wasCompressed(object, objectHash) && !hasRecordedSize(record, object)) {
    return {
      proof: 'disproved',
      detail: `${String(object.sizeBytes)} bytes, the migration recorded ${String(record.fileSizeBytes)}; last modified ${object.lastModified}`,
    };
  }
  if (objectHash === null) return undefined;

  if (originalHash?.sha256 === objectHash.sha256) {
    return { proof: 'proved', detail: 'SHA-256 equals that of the original' };
  }
  const inside = objectHash.gunzipped;
  if (inside !== undefined && originalHash?.sha256 === inside.sha256) {
    return { proof: 'proved', detail: 'SHA-256 after gunzip equals that of the original' };
  }
  const recorded = bareChecksum(record.migratedChecksum) ?? bareChecksum(record.originalChecksum);
  const matches = recorded === null ? undefined : matchesRecorded(objectHash, recorded);
  if (matches === true) return { proof: 'proved', detail: 'checksum equals the recorded one' };
  if (inside !== undefined && recorded !== null && matchesRecorded(inside, recorded) === true) {
    return { proof: 'proved', detail: 'checksum after gunzip equals the recorded one' };
  }
  if (matches === undefined && originalHash === null) {
    return { proof: 'unknown', detail: 'no checksum is recorded and no original to compare with' };
  }
  return {
    proof: 'disproved',
    detail: `content differs from what was migrated; last modified ${object.lastModified}`,
  };
}
