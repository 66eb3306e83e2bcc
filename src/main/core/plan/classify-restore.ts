import type { Held, ObjectFacts, RowValues } from '../../../shared/domain/plan.ts';
import type { Confidence } from '../../../shared/domain/restore-source.ts';
import type { MigrationRecord } from '../ports/migration-database.ts';
import type { StoredItem } from '../ports/run-file.ts';
import { rowValuesOf } from '../schema/reset-values.ts';
import { objectKeyOf } from './classify-file.ts';
import type { ContentProof } from './content-proof.ts';
import { heldBecause } from './held-reasons.ts';
import { sameRow } from './run-values.ts';

const MIGRATED: ReadonlySet<string | null> = new Set(['completed', 'verified']);

/** What was kept of one record and what stands there now. */
export interface RestoreFacts {
  readonly kept: MigrationRecord;
  readonly confidence: Confidence;
  /** Whether that is enough for the values to be written. */
  readonly isTrusted: boolean;
  /** The record with its file row as they are; `undefined`: the record is gone. */
  readonly present: MigrationRecord | undefined;
  /** The object that the row would come to point at; `null`: it comes to point at none. */
  readonly object: ObjectFacts | 'absent' | null;
  readonly objectProof: ContentProof;
  /** The run whose quarantine has a copy of a missing object. */
  readonly quarantinedBy: string | null;
}

/** The key at which a record with its file row says that its object is; `null`: it says that there is none. */
function pointedKeyOf(record: MigrationRecord): string | null {
  const fileKey = record.file?.r2Key ?? null;
  if (fileKey !== null && fileKey !== '') return fileKey;
  return MIGRATED.has(record.status) ? objectKeyOf(record) : null;
}

/** The key that a row would come to point at if it got the kept values, and does not point at now; `null`: none. */
export function newlyPointedKey(
  kept: MigrationRecord,
  present: MigrationRecord | undefined,
): string | null {
  const wanted = pointedKeyOf(kept);
  if (wanted === null || present === undefined || pointedKeyOf(present) === wanted) return null;
  return wanted;
}

/** Whether the file row is this record's to restore: another record of the same file may have migrated it to another object. */
function ownsFileRow(kept: MigrationRecord, present: MigrationRecord): boolean {
  if (kept.file === null || present.file === null) return false;
  const own = objectKeyOf(kept) ?? objectKeyOf(present);
  const keys = [kept.file.r2Key, present.file.r2Key].filter((key) => key !== null && key !== '');
  return own === null || keys.length === 0 || keys.includes(own);
}

function withoutFile(values: RowValues): RowValues {
  return { ...values, file: null };
}

interface Difference {
  readonly before: RowValues;
  readonly after: RowValues;
}

const NO_VALUES: RowValues = { status: null, completedAt: null, file: null };

function differenceOf({ kept, present }: RestoreFacts): Difference {
  if (present === undefined) return { before: NO_VALUES, after: NO_VALUES };
  const [before, after] = [rowValuesOf(present), rowValuesOf(kept)];
  return ownsFileRow(kept, present)
    ? { before, after }
    : { before: withoutFile(before), after: withoutFile(after) };
}

function holdReason(facts: RestoreFacts): Held | null {
  const { kept, present, object, objectProof } = facts;
  if (present === undefined) {
    return heldBecause('row-gone', `record ${kept.recordId} is not in the database any more`);
  }
  if (kept.file !== null && present.file === null) {
    return heldBecause(
      'row-gone',
      `file row ${String(kept.fileId)} is not in the database any more`,
    );
  }
  const moved = identityChange(kept, present);
  if (moved !== null) return heldBecause('record-differs', moved);
  if (!facts.isTrusted) {
    return heldBecause('values-unproved', `the values are known from: ${facts.confidence}`);
  }
  if (object === 'absent') {
    const key = String(pointedKeyOf(kept));
    return facts.quarantinedBy === null
      ? heldBecause('object-missing', `no object at ${key}`)
      : heldBecause(
          'object-in-quarantine',
          `no object at ${key}; run ${facts.quarantinedBy} moved it into its quarantine`,
        );
  }
  if (object !== null && objectProof.proof === 'disproved') {
    return heldBecause('object-overwritten', objectProof.detail);
  }
  return null;
}

/** What makes the record another one than was kept, in words; `null`: it is the same. */
function identityChange(kept: MigrationRecord, present: MigrationRecord): string | null {
  const parts: readonly (readonly [string, string | null, string | null])[] = [
    ['batch', kept.batchId, present.batchId],
    ['file', kept.fileId, present.fileId],
    ['source path', kept.sourcePath, present.sourcePath],
  ];
  const changed = parts.filter(([, was, is]) => was !== is);
  if (changed.length === 0) return null;
  return changed
    .map(([name, was, is]) => `${name} was ${String(was)}, is ${String(is)}`)
    .join('; ');
}

/** Decides what happens to one record that was kept. Pure. */
export function classifyRestore(facts: RestoreFacts, seq: number): StoredItem {
  const { kept, present, object } = facts;
  const { before, after } = differenceOf(facts);
  const isSame = present !== undefined && sameRow(before, after);
  const held = isSame && !lacksFileRow(facts) ? null : holdReason(facts);
  const changes = held === null && !isSame;
  return {
    seq,
    recordId: kept.recordId,
    batchId: kept.batchId,
    fileId: kept.fileId,
    userId: kept.file?.userId ?? null,
    filename: kept.file?.filename ?? null,
    sourcePath: kept.sourcePath,
    objectKey: objectKeyOf(kept) ?? (present === undefined ? null : objectKeyOf(present)),
    verdict: held !== null ? 'held' : changes ? 'change' : 'untouched',
    rowAction: changes ? 'restore' : 'none',
    objectAction: 'none',
    before,
    after: changes ? after : before,
    object: object === 'absent' ? null : object,
    objectProof:
      object === null ? 'not-needed' : object === 'absent' ? 'disproved' : facts.objectProof.proof,
    objectDetail: objectDetailOf(facts),
    originalProof: 'not-needed',
    originalDetail: 'a restore leaves originals alone',
    held,
    objectSha256: null,
    quarantineKey: null,
    rowState: changes ? 'planned' : 'none',
    objectState: 'none',
    stateDetail: null,
  };
}

function lacksFileRow({ kept, present }: RestoreFacts): boolean {
  return kept.file !== null && present?.file === null;
}

function objectDetailOf({ object, objectProof }: RestoreFacts): string {
  if (object === null) return 'the row comes to point at no other object';
  return object === 'absent' ? 'no object is there' : objectProof.detail;
}
