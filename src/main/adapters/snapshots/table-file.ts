import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createZstdCompress, createZstdDecompress, type ZstdOptions } from 'node:zlib';
import type { FullRow, TrackedTable } from '../../core/ports/migration-database.ts';
import type { SnapshotTable } from '../../core/ports/snapshot-store.ts';
import { syncFile } from '../system/sync-path.ts';

/** In bytes, what zstd hands out at once. With the usual 16 KiB a chunk of rows waits for the pool of threads dozens of times. */
const AT_ONCE = 256 * 1_024;

/** Up to 2 MiB of rows may wait, so that zstd works while the next rows are read. Every stream takes that option; Node's types do not say so. */
const compression: ZstdOptions & { readonly writableHighWaterMark: number } = {
  chunkSize: AT_ONCE,
  writableHighWaterMark: 2 * 1_024 * 1_024,
};

/** Writes one table's rows as zstd-compressed NDJSON, hashing the plain text on the way. */
export interface TableWriter {
  append(rows: readonly FullRow[]): Promise<void>;
  /** Ends and syncs the file; returns what was written. */
  finish(): Promise<SnapshotTable>;
  abandon(): Promise<void>;
}

/** Starts `<table>.ndjson.zst` at `path`. */
export function createTableWriter(table: TrackedTable, path: string): TableWriter {
  const compressor = createZstdCompress(compression);
  const written = pipeline(compressor, createWriteStream(path, { flags: 'wx' }));
  // Its failure is reported by the next append or by finish; without this line Node would end the process first.
  written.catch(() => undefined);
  const hash = createHash('sha256');
  let rowCount = 0;
  let plainSizeBytes = 0;

  return {
    append: async (rows) => {
      const text = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
      if (text === '') return;
      const bytes = Buffer.from(text, 'utf8');
      hash.update(bytes);
      rowCount += rows.length;
      plainSizeBytes += bytes.length;
      if (!compressor.write(bytes)) await Promise.race([once(compressor, 'drain'), written]);
    },
    finish: async () => {
      compressor.end();
      await written;
      syncFile(path);
      const { size } = await stat(path);
      return {
        table,
        file: `${table}.ndjson.zst`,
        rowCount,
        sha256: hash.digest('hex'),
        plainSizeBytes,
        storedSizeBytes: size,
      };
    },
    abandon: async () => {
      compressor.destroy();
      // Only waits until the file is closed; that it failed is no news, it was given up.
      await written.catch(() => undefined);
    },
  };
}

/** What reading a table's file to its end found. */
export interface TableContent {
  readonly rowCount: number;
  readonly sha256: string;
  readonly plainSizeBytes: number;
}

/** Reads a table's file to its last byte and hashes the plain text. Fails on damaged or cut compression. */
export async function readTableContent(path: string): Promise<TableContent> {
  const hash = createHash('sha256');
  let rowCount = 0;
  let plainSizeBytes = 0;
  await pipeline(
    createReadStream(path, { highWaterMark: AT_ONCE }),
    createZstdDecompress({ chunkSize: AT_ONCE }),
    async (plain: AsyncIterable<Buffer>) => {
      for await (const bytes of plain) {
        hash.update(bytes);
        plainSizeBytes += bytes.length;
        for (let at = bytes.indexOf(0x0a); at !== -1; at = bytes.indexOf(0x0a, at + 1))
          rowCount += 1;
      }
    },
  );
  return { rowCount, sha256: hash.digest('hex'), plainSizeBytes };
}
