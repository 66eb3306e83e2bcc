import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import type { S3Client } from '@aws-sdk/client-s3';
import { type CrashAt, NO_CRASH, type RequestEvent } from '../../core/ports/crash-points.ts';

/** The commands that change the bucket, and how the names of their crash points begin. */
const MODULES = {
  CopyObjectCommand: 'copy-request',
  CreateMultipartUploadCommand: 'parts-begin-request',
  UploadPartCopyCommand: 'part-request',
  CompleteMultipartUploadCommand: 'parts-complete-request',
  AbortMultipartUploadCommand: 'parts-abort-request',
  DeleteObjectsCommand: 'delete-request',
  DeleteObjectCommand: 'delete-request',
} as const;

function moduleOf(command: string | undefined): (typeof MODULES)[keyof typeof MODULES] | undefined {
  return Object.entries(MODULES).find(([name]) => name === command)?.[1];
}

/** Lets each request of `client` that changes the bucket pass crash points: before it is sent, once it is on the wire, once it is answered. */
export function passWirePoints(client: S3Client, crashAt: CrashAt): void {
  if (crashAt === NO_CRASH) return;
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const module = moduleOf(context.commandName);
      if (module === undefined) return next(args);
      const pass = (event: RequestEvent): void => {
        crashAt(`${module}.${event}`);
      };
      pass('before-send');
      onceOnTheWire(args.request, () => {
        pass('after-send');
      });
      const answer = await next(args);
      pass('after-answer');
      return answer;
    },
    // Around the middleware that reads the answer: the request is signed by now, and is answered once that has returned.
    { step: 'deserialize', priority: 'high', name: 'passWirePoints' },
  );
}

const STARTED = 'http.client.request.start';
/** The client gives each attempt of a request another one. */
const ATTEMPT_HEADER = 'amz-sdk-invocation-id';

/** Calls `then` when the operating system has all of the request, which is before anybody reads its answer. */
function onceOnTheWire(request: unknown, then: () => void): void {
  const id = (request as { readonly headers: Readonly<Record<string, string>> }).headers[
    ATTEMPT_HEADER
  ];
  function listen(message: unknown): void {
    const started = (message as { readonly request: ClientRequest }).request;
    if (started.getHeader(ATTEMPT_HEADER) !== id) return;
    unsubscribe(STARTED, listen);
    started.once('finish', then);
  }
  subscribe(STARTED, listen);
}
