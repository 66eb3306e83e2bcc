import { DeleteObjectCommand, DeleteObjectsCommand } from '@aws-sdk/client-s3';
import pMap from 'p-map';
import { invariant, OperatorError } from '../../../shared/domain/operator-error.ts';
import type { DeleteFailure } from '../../core/ports/object-store.ts';
import type { R2Connection } from './connect-r2.ts';
import { fitsPath, fitsXml, isPossibleKey } from './key-rules.ts';

/** Most keys of one batch delete. */
const MAX_DELETE_KEYS = 1000;

const SINGLE_CONCURRENCY = 8;

/**
 * Asks for keys to be deleted: see `ObjectStore.deleteMany`. Deletes are idempotent, so that a request whose answer was
 * lost is simply repeated.
 */
export async function deleteMany(
  r2: R2Connection,
  keys: readonly string[],
): Promise<readonly DeleteFailure[]> {
  invariant(
    keys.length <= MAX_DELETE_KEYS,
    `deleteMany takes up to ${String(MAX_DELETE_KEYS)} keys`,
  );
  const possible = keys.filter(isPossibleKey);
  const batched = possible.filter((key) => !goesAlone(key));
  const singles = possible.filter(goesAlone);
  return [
    ...keys.filter((key) => !isPossibleKey(key)).map(impossibleKey),
    ...(await deleteHalving(r2, batched)),
    ...(
      await pMap(singles, (key) => deleteSingle(r2, key), { concurrency: SINGLE_CONCURRENCY })
    ).flat(),
  ];
}

function goesAlone(key: string): boolean {
  return !fitsXml(key) && fitsPath(key);
}

/**
 * Deletes a batch; one that fails as a whole is halved, down to the key that makes it fail. When two parts of one key
 * have failed and nothing was deleted yet, the store is failing and not the batch: that error goes to the caller.
 */
async function deleteHalving(
  r2: R2Connection,
  keys: readonly string[],
): Promise<readonly DeleteFailure[]> {
  const failures: DeleteFailure[] = [];
  const stack = keys.length === 0 ? [] : [keys];
  let succeeded = false;
  let failedAlone = 0;
  for (let batch = stack.pop(); batch !== undefined; batch = stack.pop()) {
    const [only, second] = batch;
    try {
      failures.push(...(await sendBatch(r2, batch)));
      succeeded = true;
    } catch (error) {
      if (!isFailureOfBatch(error)) throw error;
      if (only === undefined || second !== undefined) {
        const middle = Math.ceil(batch.length / 2);
        stack.push(batch.slice(middle), batch.slice(0, middle));
        continue;
      }
      failedAlone += 1;
      if (!succeeded && (failedAlone > 1 || stack.length === 0)) throw error;
      failures.push(toFailure(only, error));
    }
  }
  return failures;
}

async function sendBatch(
  r2: R2Connection,
  keys: readonly string[],
): Promise<readonly DeleteFailure[]> {
  const tried = `delete ${keys.length === 1 ? `"${String(keys[0])}"` : `${String(keys.length)} objects`}`;
  const answer = await r2.ask({ tried }, (client, options) =>
    client.send(
      new DeleteObjectsCommand({
        Bucket: r2.bucket,
        Delete: { Objects: keys.map((key) => ({ Key: key })), Quiet: false },
      }),
      options,
    ),
  );
  return (answer.Errors ?? []).map((failed) => ({
    key: failed.Key ?? '',
    code: failed.Code ?? 'unknown',
    message: failed.Message ?? 'The store gave no reason.',
  }));
}

async function deleteSingle(r2: R2Connection, key: string): Promise<readonly DeleteFailure[]> {
  try {
    await r2.ask({ tried: `delete "${key}"`, key }, (client, options) =>
      client.send(new DeleteObjectCommand({ Bucket: r2.bucket, Key: key }), options),
    );
    return [];
  } catch (error) {
    if (!isFailureOfBatch(error)) throw error;
    return [toFailure(key, error)];
  }
}

/** Whether the store answered but could not do this request; anything else would fail the next request as well. */
function isFailureOfBatch(error: unknown): error is OperatorError {
  return error instanceof OperatorError && error.code === 'R2_FAILED';
}

function toFailure(key: string, error: OperatorError): DeleteFailure {
  const vendorCode = error.details['vendorCode'];
  return {
    key,
    code: typeof vendorCode === 'string' ? vendorCode : error.code,
    message: error.message,
  };
}

function impossibleKey(key: string): DeleteFailure {
  return {
    key,
    code: 'InvalidKey',
    message: 'No object can have this key; nothing was asked for.',
  };
}
