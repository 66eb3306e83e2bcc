import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { TAR_END, tarHeader, tarPadding } from './tar-header.ts';

/** A gzipped tar archive that is being written. */
export interface TarFile {
  /** Adds a file and returns the SHA-256 (hex) of what went in. What is appended to it meanwhile stays out. */
  add(name: string, from: string): Promise<string>;
  finish(): Promise<{ readonly sizeBytes: number; readonly sha256: string }>;
  abandon(): Promise<void>;
}

/** Creates the archive at `path`, which must not exist. */
export async function createTarFile(path: string): Promise<TarFile> {
  const file = await open(path, 'wx', 0o600);
  const gzip = createGzip();
  const whole = createHash('sha256');
  let written = 0;
  const counted = new Transform({
    transform: (bytes: Buffer, _encoding, done) => {
      whole.update(bytes);
      written += bytes.length;
      done(null, bytes);
    },
  });
  const ended = pipeline(gzip, counted, createWriteStream('', { fd: file }));
  // Told by the next write or by finish; without this line Node would end the process first.
  ended.catch(() => undefined);

  async function write(bytes: Buffer): Promise<void> {
    if (!gzip.write(bytes)) await Promise.race([once(gzip, 'drain'), ended]);
  }

  return {
    add: async (name, from) => {
      const source = await open(from, 'r');
      try {
        const { size: sizeBytes, mtimeMs: modifiedMs } = await source.stat();
        await write(tarHeader({ name, sizeBytes, modifiedMs }));
        const hash = createHash('sha256');
        let left = sizeBytes;
        const content: AsyncIterable<Buffer> | readonly Buffer[] =
          sizeBytes === 0
            ? []
            : source.createReadStream({ start: 0, end: sizeBytes - 1, autoClose: false });
        for await (const bytes of content) {
          hash.update(bytes);
          left -= bytes.length;
          await write(bytes);
        }
        if (left > 0) throw new Error(`${from} became shorter while it was packed.`);
        await write(tarPadding(sizeBytes));
        return hash.digest('hex');
      } finally {
        await source.close();
      }
    },
    finish: async () => {
      gzip.end(TAR_END);
      await ended;
      return { sizeBytes: written, sha256: whole.digest('hex') };
    },
    abandon: async () => {
      gzip.destroy();
      // Only waits until the file is closed; that it failed is no news, it was given up.
      await ended.catch(() => undefined);
    },
  };
}
