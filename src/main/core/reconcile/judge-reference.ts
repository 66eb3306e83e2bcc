import type { ObjectFacts } from '../../../shared/domain/plan.ts';
import type { SizedReference } from '../ports/migration-database.ts';
import type { Suspicion } from '../ports/reconcile-reports.ts';

const MIGRATED: ReadonlySet<string | null> = new Set(['completed', 'verified']);

/**
 * Whether a row says that its object exists. A file row with a key does; a record only once it was migrated: until then its key
 * is where an object is going to be, or was not put.
 */
function saysItExists(reference: SizedReference): boolean {
  return reference.table === 'files' || MIGRATED.has(reference.status);
}

function suspicionOf(
  kind: Suspicion['kind'],
  reference: SizedReference,
  object: ObjectFacts | undefined,
): Suspicion {
  return {
    kind,
    key: reference.key,
    table: reference.table,
    rowId: reference.id,
    fileId: reference.table === 'files' ? reference.id : reference.fileId,
    status: reference.status,
    recordedSizeBytes: reference.sizeBytes,
    objectSizeBytes: object?.sizeBytes ?? null,
    lastModified: object?.lastModified ?? null,
  };
}

/** What is wrong between a row and the object at its key, if anything. Pure. */
export function judgeReference(
  reference: SizedReference,
  object: ObjectFacts | undefined,
): Suspicion | undefined {
  if (!saysItExists(reference)) return undefined;
  if (object === undefined) return suspicionOf('dangling-row', reference, undefined);
  if (reference.sizeBytes === null || reference.sizeBytes === object.sizeBytes) return undefined;
  return suspicionOf('size-differs', reference, object);
}

/** An object that no row points at. */
export function orphanOf(object: ObjectFacts): Suspicion {
  return {
    kind: 'orphan-object',
    key: object.key,
    table: null,
    rowId: null,
    fileId: null,
    status: null,
    recordedSizeBytes: null,
    objectSizeBytes: object.sizeBytes,
    lastModified: object.lastModified,
  };
}
