import { randomBytes } from 'node:crypto';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Miniflare } from 'miniflare';
import pMap from 'p-map';
import type { R2Address } from '../../../src/main/adapters/r2/connect-r2.ts';

/** What a test puts into the bucket, through a Worker's binding and not through the adapter that is tested. */
export interface SeedObject {
  readonly key: string;
  readonly body: string | Uint8Array;
  readonly contentType?: string;
  readonly contentEncoding?: string;
  readonly cacheControl?: string;
  readonly customMetadata?: Readonly<Record<string, string>>;
}

/** What is stored with an object besides its content. */
export interface StoredHeaders {
  readonly contentType?: string;
  readonly contentEncoding?: string;
  readonly cacheControl?: string;
  readonly customMetadata: Readonly<Record<string, string>>;
}

/** A running R2 bucket with its S3 endpoint on 127.0.0.1. */
export interface TestR2 {
  readonly address: R2Address;
  put(...objects: readonly SeedObject[]): Promise<void>;
  /** Stores each key as its own content. Over S3, which is several times quicker for many objects. */
  putKeys(keys: readonly string[]): Promise<void>;
  /** Puts an object that was uploaded in parts, so that its ETag is not the MD5 of its content. */
  putInParts(key: string, body: string): Promise<void>;
  remove(key: string): Promise<void>;
  /** The body under `key` as text, `undefined` when there is no object. */
  read(key: string): Promise<string | undefined>;
  contentTypeOf(key: string): Promise<string | undefined>;
  headersOf(key: string): Promise<StoredHeaders | undefined>;
  keys(prefix?: string): Promise<readonly string[]>;
  stop(): Promise<void>;
}

/** The part of a Worker's R2 binding that tests use; the package's own types need those of the Workers runtime. */
interface BucketBinding {
  put(
    key: string,
    body: string | Uint8Array,
    options: { httpMetadata: object; customMetadata: object },
  ): Promise<unknown>;
  get(key: string): Promise<{ text(): Promise<string> } | null>;
  head(key: string): Promise<{
    httpMetadata?: Omit<StoredHeaders, 'customMetadata'>;
    customMetadata?: Record<string, string>;
  } | null>;
  list(options: {
    prefix: string;
    cursor?: string;
  }): Promise<{ objects: { key: string }[]; truncated: boolean; cursor?: string }>;
  delete(key: string): Promise<void>;
  createMultipartUpload(key: string): Promise<{
    uploadPart(number: number, body: string): Promise<object>;
    complete(parts: readonly object[]): Promise<unknown>;
  }>;
}

/** Starts an empty R2 bucket on Cloudflare's own code. Stop it in `afterAll`. */
export async function startR2(bucket = 'unwind-test'): Promise<TestR2> {
  const credentials = { accessKeyId: 'test-key', secretAccessKey: randomBytes(16).toString('hex') };
  const miniflare = new Miniflare({
    host: '127.0.0.1',
    port: 0,
    modules: true,
    script: 'export default { fetch: () => new Response(null, { status: 404 }) }',
    compatibilityDate: '2026-01-01',
    r2Buckets: { FILES: { id: bucket, s3Credentials: credentials } },
  });
  const endpoint = new URL('/cdn-cgi/local/r2/s3', await miniflare.ready).href;
  const files = (await miniflare.getR2Bucket('FILES')) as unknown as BucketBinding;

  const s3 = new S3Client({
    endpoint,
    credentials,
    region: 'auto',
    forcePathStyle: true,
    expectContinueHeader: false,
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });

  async function keys(prefix = ''): Promise<readonly string[]> {
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await files.list({ prefix, ...(cursor === undefined ? {} : { cursor }) });
      found.push(...page.objects.map((object) => object.key));
      cursor = page.truncated ? page.cursor : undefined;
    } while (cursor !== undefined);
    return found;
  }

  return {
    address: { endpoint, bucket, ...credentials },
    keys,
    async put(...objects) {
      const store = async (seed: SeedObject) => {
        await files.put(seed.key, seed.body, {
          httpMetadata: metadataOf(seed),
          customMetadata: seed.customMetadata ?? {},
        });
      };
      await pMap(objects, store, { concurrency: 16 });
    },
    async putKeys(many) {
      const store = (key: string) =>
        s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: key }));
      await pMap(many, store, { concurrency: 16 });
    },
    async putInParts(key, body) {
      const upload = await files.createMultipartUpload(key);
      await upload.complete([await upload.uploadPart(1, body)]);
    },
    remove: (key) => files.delete(key),
    read: async (key) => (await files.get(key))?.text(),
    contentTypeOf: async (key) => (await files.head(key))?.httpMetadata?.contentType,
    async headersOf(key) {
      const head = await files.head(key);
      if (head === null) return undefined;
      return { ...head.httpMetadata, customMetadata: head.customMetadata ?? {} };
    },
    async stop() {
      s3.destroy();
      await miniflare.dispose();
    },
  };
}

function metadataOf(seed: SeedObject): Omit<StoredHeaders, 'customMetadata'> {
  return {
    ...(seed.cacheControl === undefined ? {} : { cacheControl: seed.cacheControl }),
    ...(seed.contentType === undefined ? {} : { contentType: seed.contentType }),
    ...(seed.contentEncoding === undefined ? {} : { contentEncoding: seed.contentEncoding }),
  };
}
