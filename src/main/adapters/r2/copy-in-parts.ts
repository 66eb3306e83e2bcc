import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  type HeadObjectOutput,
  ListMultipartUploadsCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import pMap from 'p-map';
import { OperatorError } from '../../../shared/domain/operator-error.ts';
import { QUARANTINE_FOLDER } from '../../core/ports/object-store.ts';
import type { CallInit, R2Connection } from './connect-r2.ts';
import { r2Error } from './errors.ts';
import { etagOfCopy } from './etag-of-copy.ts';
import { copySource } from './key-rules.ts';
import { bareEtag } from './object-facts.ts';

const MAX_PARTS = 10_000;
/** Parts of one object that are asked for at a time. */
const PARTS_AT_ONCE = 4;

/** What is copied in parts. */
export interface PartedCopy {
  readonly request: {
    readonly fromKey: string;
    readonly toKey: string;
    readonly ifSourceMatch: string;
    readonly sizeBytes: number;
  };
  readonly call: CallInit;
  /** All parts but the last have one size: R2 takes no others. */
  readonly partBytes: number;
}

/** What identifies a version of the source: an overwrite moves at least one of them. */
interface Source {
  readonly head: HeadObjectOutput;
  readonly etag: string;
  readonly lastModifiedMs: number | undefined;
}

/**
 * One attempt to copy an object that is too large for one request. The destination appears whole with the last step, or not at all.
 *
 *  1. read the source's headers: a multipart upload does not inherit them, and they must be those of the planned object
 *  2. begin the upload, and copy each part on the server
 *  3. read the source's headers again: R2 honours no condition on a part, so that only this tells that all parts are of one version
 *  4. complete, on condition that the destination does not exist
 *
 * A failure gives the parts up. A process that dies before it can leaves parts that nobody sees but that are stored: the next attempt
 * gives them up where the endpoint can list them, else R2's default lifecycle rule does after seven days.
 */
export async function copyInParts(
  r2: R2Connection,
  copy: PartedCopy,
): Promise<{ readonly etag: string }> {
  const before = await readSource(r2, copy);
  await abortLeftovers(r2, copy);
  const uploadId = await begin(r2, copy, before.head);
  try {
    const parts = await copyParts(r2, copy, uploadId);
    const after = await readSource(r2, copy);
    if (after.lastModifiedMs !== before.lastModifiedMs) throw sourceChanged(r2, copy, after.etag);
    return await complete(r2, copy, { uploadId, parts });
  } catch (error) {
    await abort(r2, copy, uploadId);
    // A range that a shorter source does not have is refused like a request that makes no sense: looking tells the two apart.
    if (error instanceof OperatorError && error.code === 'R2_UNSUPPORTED')
      await readSource(r2, copy);
    throw error;
  }
}

async function readSource(r2: R2Connection, copy: PartedCopy): Promise<Source> {
  const { fromKey, ifSourceMatch, sizeBytes } = copy.request;
  const head = await r2.ask(
    { tried: `look at "${fromKey}"`, key: fromKey, method: 'HEAD' },
    (client, options) =>
      client.send(new HeadObjectCommand({ Bucket: r2.bucket, Key: fromKey }), options),
  );
  const etag = bareEtag(head.ETag ?? '');
  const sameSize = head.ContentLength === undefined || head.ContentLength === sizeBytes;
  if (etag !== ifSourceMatch || !sameSize) throw sourceChanged(r2, copy, etag);
  return { head, etag, lastModifiedMs: head.LastModified?.getTime() };
}

async function begin(r2: R2Connection, copy: PartedCopy, head: HeadObjectOutput): Promise<string> {
  if (head.MissingMeta !== undefined && head.MissingMeta > 0) {
    throw r2Error('R2_UNSUPPORTED', r2.describe(copy.call), {
      what: 'its metadata has names that S3 cannot carry, and a copy in parts would lose them',
    });
  }
  const answer = await r2.once(copy.call, (client, options) =>
    client.send(
      new CreateMultipartUploadCommand({
        Bucket: r2.bucket,
        Key: copy.request.toKey,
        ContentType: head.ContentType,
        CacheControl: head.CacheControl,
        ContentDisposition: head.ContentDisposition,
        ContentEncoding: head.ContentEncoding,
        ContentLanguage: head.ContentLanguage,
        Expires: expiresOf(head),
        Metadata: head.Metadata,
        StorageClass: head.StorageClass,
      }),
      options,
    ),
  );
  if (answer.UploadId !== undefined) return answer.UploadId;
  throw r2Error('R2_FAILED', r2.describe(copy.call), {
    what: 'the endpoint began a multipart upload without naming it',
  });
}

function expiresOf({ ExpiresString }: HeadObjectOutput): Date | undefined {
  const at = ExpiresString === undefined ? Number.NaN : Date.parse(ExpiresString);
  return Number.isNaN(at) ? undefined : new Date(at);
}

function copyParts(
  r2: R2Connection,
  copy: PartedCopy,
  uploadId: string,
): Promise<readonly CompletedPart[]> {
  const { fromKey, toKey } = copy.request;
  return pMap(
    partsOf(copy),
    async ({ number, firstByte, lastByte }) => {
      // A part may be copied again: its number says which one it is.
      const answer = await r2.ask(copy.call, (client, options) =>
        client.send(
          new UploadPartCopyCommand({
            Bucket: r2.bucket,
            Key: toKey,
            UploadId: uploadId,
            PartNumber: number,
            CopySource: copySource(r2.bucket, fromKey),
            CopySourceRange: `bytes=${String(firstByte)}-${String(lastByte)}`,
          }),
          options,
        ),
      );
      const etag = etagOfCopy(r2, copy.call, answer.CopyPartResult?.ETag);
      return { PartNumber: number, ETag: `"${etag}"` };
    },
    { concurrency: PARTS_AT_ONCE },
  );
}

interface Part {
  readonly number: number;
  readonly firstByte: number;
  readonly lastByte: number;
}

function partsOf({ request, partBytes }: PartedCopy): readonly Part[] {
  const { sizeBytes } = request;
  const size = Math.max(partBytes, Math.ceil(sizeBytes / MAX_PARTS));
  return Array.from({ length: Math.ceil(sizeBytes / size) }, (_, index) => ({
    number: index + 1,
    firstByte: index * size,
    lastByte: Math.min((index + 1) * size, sizeBytes) - 1,
  }));
}

async function complete(
  r2: R2Connection,
  copy: PartedCopy,
  upload: { readonly uploadId: string; readonly parts: readonly CompletedPart[] },
): Promise<{ readonly etag: string }> {
  const answer = await r2.once(copy.call, (client, options) =>
    client.send(
      new CompleteMultipartUploadCommand({
        Bucket: r2.bucket,
        Key: copy.request.toKey,
        UploadId: upload.uploadId,
        IfNoneMatch: '*',
        MultipartUpload: { Parts: [...upload.parts] },
      }),
      options,
    ),
  );
  return { etag: etagOfCopy(r2, copy.call, answer.ETag) };
}

/** Gives parts up. Best effort: the error that led here says more than one about the clean-up. */
async function abort(r2: R2Connection, copy: PartedCopy, uploadId: string): Promise<void> {
  const { toKey } = copy.request;
  await r2
    .once({ tried: `give up the parts of "${toKey}"`, key: toKey }, (client, options) =>
      client.send(
        new AbortMultipartUploadCommand({ Bucket: r2.bucket, Key: toKey, UploadId: uploadId }),
        options,
      ),
    )
    .catch(() => undefined);
}

/**
 * Gives up what an attempt left that died. Only under the quarantine, where nobody but the run that holds the lease writes: at any other
 * key the upload may be somebody else's.
 */
async function abortLeftovers(r2: R2Connection, copy: PartedCopy): Promise<void> {
  const { toKey } = copy.request;
  if (!toKey.startsWith(QUARANTINE_FOLDER)) return;
  try {
    const answer = await r2.ask(
      { tried: `list unfinished copies to "${toKey}"`, key: toKey },
      (client, options) =>
        client.send(new ListMultipartUploadsCommand({ Bucket: r2.bucket, Prefix: toKey }), options),
    );
    for (const { Key, UploadId } of answer.Uploads ?? []) {
      if (Key === toKey && UploadId !== undefined) await abort(r2, copy, UploadId);
    }
  } catch (error) {
    // Not every server lists them (the local one does not), nor every token: then they stay until the server's own rule removes them.
    if (!isUnlistable(error)) throw error;
  }
}

function isUnlistable(error: unknown): boolean {
  if (!(error instanceof OperatorError)) return false;
  return error.code === 'R2_UNSUPPORTED' || error.code === 'R2_DENIED';
}

function sourceChanged(r2: R2Connection, copy: PartedCopy, etag: string): OperatorError {
  return r2Error('R2_OBJECT_CHANGED', r2.describe({ ...copy.call, key: copy.request.fromKey }), {
    what: 'the object is no longer the one that was planned',
    details: { expectedEtag: copy.request.ifSourceMatch, actualEtag: etag },
  });
}
