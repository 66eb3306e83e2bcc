import { once } from 'node:events';
import { createGunzip, type Gunzip } from 'node:zlib';
import type { ContentHash } from '../../core/ports/object-store.ts';
import { hashStream } from './hash-stream.ts';

/**
 * Reads a body that should be gzip to its end, and hashes it and what is inside from that one pass.
 *
 * A body that is not gzip after all, because it was decompressed on the way, gives its own hash only.
 */
export async function hashGzip(body: AsyncIterable<Uint8Array>): Promise<ContentHash> {
  const gunzip = createGunzip();
  const inside = hashStream(gunzip).catch(() => undefined);
  try {
    const outside = await hashStream(feeding(gunzip, body));
    const gunzipped = await inside;
    return gunzipped === undefined ? outside : { ...outside, gunzipped };
  } finally {
    gunzip.destroy();
  }
}

/** Passes a body on and gives `gunzip` each chunk of it, no faster than it decompresses. */
async function* feeding(
  gunzip: Gunzip,
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    // A stream that met something which is not gzip has destroyed itself.
    if (!gunzip.destroyed && !gunzip.write(chunk)) await roomIn(gunzip);
    yield chunk;
  }
  gunzip.end();
}

async function roomIn(gunzip: Gunzip): Promise<void> {
  const settled = new AbortController();
  const { signal } = settled;
  await Promise.race([once(gunzip, 'drain', { signal }), once(gunzip, 'close', { signal })]).catch(
    () => undefined,
  );
  settled.abort();
}
