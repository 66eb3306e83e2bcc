import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import pMap from 'p-map';
import type { FreshSettings } from '../sandbox-settings.ts';
import { sha256 } from './file-content.ts';
import type { SeedObject } from './seed-set.ts';

interface Upload {
  readonly objects: readonly SeedObject[];
  readonly settings: FreshSettings;
  /** S3 endpoint. */
  readonly endpoint: string;
}

/** Uploads the objects one by one over S3, as a migrator would, each with content type and metadata. */
export async function uploadObjects({ objects, settings, endpoint }: Upload): Promise<void> {
  const { bucket, accessKeyId, secretAccessKey } = settings;
  const client = new S3Client({
    endpoint,
    region: 'auto',
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // workerd does not answer it: each body over 2 MB would wait six seconds before it is sent.
    expectContinueHeader: false,
  });
  try {
    await pMap(
      objects,
      ({ key, content, contentType, userId, batchId }) =>
        client.send(
          new PutObjectCommand({
            Bucket: bucket,
            Key: key,
            Body: content,
            ContentType: contentType,
            Metadata: {
              sha256: sha256(content),
              // Metadata travels in headers, which hold ASCII only.
              ...(userId === null ? {} : { 'user-id': encodeURIComponent(userId) }),
              ...(batchId === null ? {} : { 'batch-id': batchId }),
            },
          }),
        ),
      { concurrency: 8 },
    );
  } finally {
    client.destroy();
  }
}
