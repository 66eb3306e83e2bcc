import { type _Error, DeleteObjectCommand, DeleteObjectsCommand } from '@aws-sdk/client-s3';
import pMap from 'p-map';
import { invariant, OperatorError } from '../../../shared/domain/operator-error.ts';
import type { DeleteFailure } from '../../core/ports/object-store.ts';
import type { R2Connection } from './connect-r2.ts';
import { codeOfName, r2Error } from './errors.ts';
import { fitsPath, fitsXml, isPossibleKey } from './key-rules.ts';

/** Most keys of one batch delete. */
const MAX_DELETE_KEYS = 1000;

/**
 * Asks for keys to be deleted: see `ObjectStore.deleteMany`. Deletes are idempotent, so that a request whose answer was
 * lost is simply repeated. How many requests are under way is for the pace of the connection to say.
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
  const failed = await Promise.all([
    deleteHalving(r2, batched),
    pMap(singles, (key) => deleteSingle(r2, key)),
  ]);
  return [...keys.filter((key) => !isPossibleKey(key)).map(impossibleKey), ...failed.flat(2)];
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

/**
 * Sends a batch, and again the keys of it that the store could not delete just then: a batch is no transaction, so that one answer may
 * say "deleted" for some keys and "internal error" or "slow down" for others.
 */
async function sendBatch(
  r2: R2Connection,
  keys: readonly string[],
): Promise<readonly DeleteFailure[]> {
  let left = keys;
  let passing: readonly DeleteFailure[] = [];
  const lasting: DeleteFailure[] = [];
  try {
    await r2.retrying(() =>
      r2.once({ tried: inWords(left) }, async (client, options) => {
        const answer = await client.send(
          new DeleteObjectsCommand({
            Bucket: r2.bucket,
            Delete: { Objects: left.map((key) => ({ Key: key })), Quiet: true },
          }),
          options,
        );
        const failures = (answer.Errors ?? []).map(readFailure);
        passing = failures.filter(isPassing);
        lasting.push(...failures.filter((failure) => !isPassing(failure)));
        left = passing.map(({ key }) => key);
        if (passing.length > 0) throw notYet(r2, passing);
      }),
    );
    return lasting;
  } catch (error) {
    // Answered, but not for every key, after every attempt: what failed is known by name.
    if (passing.length > 0 && isAboutKeys(error)) return [...lasting, ...passing];
    throw error;
  }
}

function inWords(keys: readonly string[]): string {
  return keys.length === 1
    ? `delete "${String(keys[0])}"`
    : `delete ${String(keys.length)} objects`;
}

function readFailure(failed: _Error): DeleteFailure {
  return {
    key: failed.Key ?? '',
    code: failed.Code ?? 'unknown',
    message: failed.Message ?? 'The store gave no reason.',
  };
}

/** Names of per-key errors that may be gone on the next attempt, besides those that ask to slow down. */
const PASSING = new Set(['InternalError', 'ServiceUnavailable', '10001', '10043']);

function isPassing({ key, code }: DeleteFailure): boolean {
  return key !== '' && (PASSING.has(code) || codeOfName(code) === 'R2_RATE_LIMITED');
}

/** Makes the pace slow down, and the batch be sent again, as if the endpoint had answered so as a whole. */
function notYet(r2: R2Connection, failures: readonly DeleteFailure[]): OperatorError {
  const limited = failures.some(({ code }) => codeOfName(code) === 'R2_RATE_LIMITED');
  const call = r2.describe({ tried: `delete ${String(failures.length)} objects` });
  return r2Error(limited ? 'R2_RATE_LIMITED' : 'R2_FAILED', call, {
    what: `the endpoint answered for each of them: ${failures[0]?.code ?? ''}`,
    details: { vendorCode: failures[0]?.code ?? null, perKey: true },
  });
}

function isAboutKeys(error: unknown): boolean {
  return error instanceof OperatorError && error.details['perKey'] === true;
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
  return (
    error instanceof OperatorError &&
    (error.code === 'R2_FAILED' || error.code === 'R2_UNSUPPORTED')
  );
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
