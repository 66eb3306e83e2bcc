import pMap from 'p-map';
import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { ObjectFacts } from '../../../shared/domain/plan.ts';
import type { RecordStatus, StatusReport, Truth } from '../../../shared/domain/status.ts';
import { objectKeyOf } from '../plan/classify-file.ts';
import { proveObject, proveOriginal } from '../plan/content-proof.ts';
import { statKeys } from '../plan/gather-facts.ts';
import { type Clock, nowIso } from '../ports/clock.ts';
import type { MigrationRecord, RecordSelector } from '../ports/migration-database.ts';
import type { OriginalFacts } from '../ports/originals.ts';
import type { OpenTarget } from '../ports/target.ts';

const CONCURRENCY = 8;

/** What the status board is asked for. */
export interface StatusRequest {
  readonly batchId?: string | undefined;
  readonly userId?: string | undefined;
  readonly limit: number;
  readonly offset: number;
  readonly originals: 'presence' | 'content';
}

const MIGRATED: ReadonlySet<string | null> = new Set(['completed', 'verified']);

/** Whether the rows agree with each other: a migrated file's row points at its object, any other points nowhere. */
function rowTruth(record: MigrationRecord): Truth {
  const migrated = MIGRATED.has(record.status);
  if (record.fileId === null) return { proof: 'unknown', detail: 'the record names no file' };
  if (record.file === null)
    return { proof: 'disproved', detail: `no row in files with id ${record.fileId}` };
  const key = objectKeyOf(record);
  const points = record.file.r2Key !== null && record.file.r2Key === key;
  if (migrated) {
    return points
      ? { proof: 'proved', detail: "r2_key is the record's key" }
      : {
          proof: 'disproved',
          detail: `r2_key is ${String(record.file.r2Key)}, the record says ${String(key)}`,
        };
  }
  return points
    ? {
        proof: 'disproved',
        detail: `r2_key is set although the record is ${String(record.status)}`,
      }
    : { proof: 'proved', detail: `r2_key does not point at a migrated object` };
}

function objectTruth(
  record: MigrationRecord,
  object: ObjectFacts | undefined,
  original: OriginalFacts | undefined,
): Truth {
  if (objectKeyOf(record) === null)
    return { proof: 'not-needed', detail: 'the record names no object' };
  const expected = MIGRATED.has(record.status);
  if (object === undefined) {
    return expected
      ? { proof: 'disproved', detail: 'no object under the key' }
      : { proof: 'proved', detail: `no object, as a ${String(record.status)} record should have` };
  }
  const originalHash = original?.state === 'present' ? original.hash : null;
  return (
    proveObject({ record, object, originalHash, objectHash: null }) ?? {
      proof: 'unknown',
      detail: `there, ${String(object.sizeBytes)} bytes; content not read`,
    }
  );
}

function originalTruth(record: MigrationRecord, original: OriginalFacts | undefined): Truth {
  if (original === undefined) return { proof: 'unknown', detail: 'the record has no source_path' };
  if (original.state === 'present' && original.hash === null) {
    const sizeDiffers =
      record.fileSizeBytes !== null && record.fileSizeBytes !== original.sizeBytes;
    return sizeDiffers
      ? {
          proof: 'disproved',
          detail: `${String(original.sizeBytes)} bytes, the record says ${String(record.fileSizeBytes)}`,
        }
      : {
          proof: 'unknown',
          detail: `there, ${String(original.sizeBytes)} bytes; content not read`,
        };
  }
  return proveOriginal(record, original);
}

/** Reads the status board: batches with recomputed counters, and one page of records with their three-way truth. Reads only. */
export async function readStatus(
  target: OpenTarget,
  clock: Clock,
  request: StatusRequest,
): Promise<StatusReport> {
  const { mapping } = await target.database.describe();
  const reader = await target.database.openReader();
  try {
    const selector: RecordSelector = {
      scope: {
        batchId: request.batchId,
        userId: request.userId,
        failedOnly: false,
        full: request.batchId === undefined && request.userId === undefined,
        mode: 'both',
      },
      include: 'all',
    };
    const batches = await reader.readBatches(
      request.batchId === undefined ? 'all' : [request.batchId],
    );
    const recordCount = await reader.countRecords(selector);
    const records = await reader.pageRecords(selector, {
      offset: request.offset,
      limit: request.limit,
    });
    return {
      target: target.identity,
      schemaVariant: mapping.variant,
      checkedAt: nowIso(clock),
      batches: [...batches],
      records: await truthOf(target, records, request.originals),
      recordCount,
      limit: request.limit,
      offset: request.offset,
    };
  } finally {
    await reader.close();
  }
}

/** Stats keys; `undefined` where the target has no bucket configured. A bucket that is configured and fails is an error. */
async function statIfConfigured(
  target: OpenTarget,
  keys: readonly string[],
): Promise<ReadonlyMap<string, ObjectFacts> | undefined> {
  try {
    return await statKeys(target, keys);
  } catch (error) {
    // The board still has the rows to show, and says what it does not know.
    if (error instanceof OperatorError && error.code === 'CONFIG_MISSING') return undefined;
    throw error;
  }
}

async function truthOf(
  target: OpenTarget,
  records: readonly MigrationRecord[],
  depth: 'presence' | 'content',
): Promise<RecordStatus[]> {
  const objects = await statIfConfigured(
    target,
    records.map(objectKeyOf).filter((key) => key !== null),
  );
  return pMap(
    records,
    async (record): Promise<RecordStatus> => {
      const key = objectKeyOf(record);
      const object = key === null ? undefined : objects?.get(key);
      const original =
        record.sourcePath === null
          ? undefined
          : await target.originals.inspect(record.sourcePath, depth);
      return {
        recordId: record.recordId,
        batchId: record.batchId,
        fileId: record.fileId,
        userId: record.file?.userId ?? null,
        filename: record.file?.filename ?? null,
        sourcePath: record.sourcePath,
        objectKey: key,
        status: record.status,
        sizeBytes: record.fileSizeBytes,
        errorMessage: record.errorMessage,
        row: rowTruth(record),
        object:
          objects === undefined
            ? { proof: 'unknown', detail: 'no bucket is configured' }
            : objectTruth(record, object, original),
        original: originalTruth(record, original),
      };
    },
    { concurrency: CONCURRENCY },
  );
}
