import { createHash } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';

type Headers = Record<string, string>;

/** Gives the requests of `client` the headers in which R2 differs from S3, before they are signed. */
export function speakR2(client: S3Client): void {
  client.middlewareStack.add(
    (next, context) => (args) => {
      if (isRequest(args.request)) adapt(args.request, context.commandName);
      return next(args);
    },
    // After the middleware that adds checksums, before the signature.
    { step: 'build', priority: 'low', name: 'speakR2' },
  );
}

interface S3Request {
  readonly headers: Headers;
  readonly body?: unknown;
}

function adapt(request: S3Request, commandName: string | undefined): void {
  if (commandName === 'CopyObjectCommand') neverOverwrite(request.headers);
  if (commandName === 'DeleteObjectsCommand') sendMd5(request);
}

/** S3 has no condition on the destination of a copy; R2 has this one. */
function neverOverwrite(headers: Headers): void {
  headers['cf-copy-destination-if-none-match'] = '*';
}

/**
 * A batch delete must carry a checksum of its body. The client sends CRC-32, which R2 has refused; every S3 server takes
 * and checks Content-MD5.
 */
function sendMd5({ headers, body }: S3Request): void {
  for (const name of Object.keys(headers)) {
    if (/^x-amz-(checksum-|sdk-checksum-)/i.test(name)) Reflect.deleteProperty(headers, name);
  }
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) return;
  headers['content-md5'] = createHash('md5').update(body).digest('base64');
}

function isRequest(value: unknown): value is S3Request {
  return typeof value === 'object' && value !== null && 'headers' in value;
}
