import { createHash } from 'node:crypto';
import type { ContentHash } from '../../core/ports/object-store.ts';

/** Reads a body to its end, keeping nothing of it, and gives SHA-256, MD5 and length from that one pass. */
export async function hashStream(body: AsyncIterable<Uint8Array>): Promise<ContentHash> {
  const sha256 = createHash('sha256');
  const md5 = createHash('md5');
  let sizeBytes = 0;
  for await (const chunk of body) {
    sha256.update(chunk);
    md5.update(chunk);
    sizeBytes += chunk.byteLength;
  }
  return { sha256: sha256.digest('hex'), md5: md5.digest('hex'), sizeBytes };
}
