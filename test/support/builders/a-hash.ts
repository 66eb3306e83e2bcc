import { createHash } from 'node:crypto';
import type { ContentHash } from '../../../src/main/core/ports/object-store.ts';

/** What reading `content` to its end tells. */
export function hashOf(content: string): ContentHash {
  return {
    sha256: createHash('sha256').update(content).digest('hex'),
    md5: createHash('md5').update(content).digest('hex'),
    sizeBytes: Buffer.byteLength(content),
  };
}
