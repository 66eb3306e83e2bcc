import { createHash } from 'node:crypto';
import type { Hashes } from '../../core/ports/hashes.ts';

/** SHA-256 of Node's crypto. */
export const nodeHashes: Hashes = {
  sha256: () => {
    const hash = createHash('sha256');
    return {
      update: (text) => {
        hash.update(text, 'utf8');
      },
      hex: () => hash.digest('hex'),
    };
  },
};
