import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { TransformOptions } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createZstdCompress, createZstdDecompress, type ZstdOptions } from 'node:zlib';
import { type CrashAt, NO_CRASH } from '../../core/ports/crash-points.ts';
import type { TrackedTable } from '../../core/ports/migration-database.ts';
import type { RowLines } from '../../core/ports/row-lines.ts';
import type { SnapshotTable } from '../../core/ports/snapshot-store.ts';
import { countLines } from '../content/row-lines.ts';
import { flushFile } from '../system/sync-path.ts';

/** Writes one table's rows as zstd-compressed NDJSON, hashing the plain text on the way. */
export interface TableWriter {
  append(lines: RowLines): Promise<void>;
  /** Ends and syncs the file; returns what was written. */
  finish(): Promise<SnapshotTable>;
  abandon(): Promise<void>;
}

/** What goes to the thread pool and comes back at once: each piece costs a round trip between threads. */
const PIECE_BYTES = 262_144;

/**
 * The lowest level: it takes a third of the time of the usual one, and rows of ids and checksums get no smaller by a higher one.
 * The mark lets the next rows be read while these are compressed on another thread.
 */
const COMPRESSION: ZstdOptions & TransformOptions = {
  params: { [constants.ZSTD_c_compressionLevel]: 1 },
  chunkSize: PIECE_BYTES,
  writableHighWaterMark: 2_097_152,
};

/** Starts `<table>.ndjson.zst` at `path`. */
export function createTableWriter(
  table: TrackedTable,
  path: string,
  crashAt: CrashAt = NO_CRASH,
): TableWriter {
  const compressor = createZstdCompress(COMPRESSION);
  const written = pipeline(
    compressor,
    createWriteStream(path, { flags: 'wx', highWaterMark: PIECE_BYTES }),
  );
  // Its failure is reported by the next append or by finish; without this line Node would end the process first.
  written.catch(() => undefined);
  const hash = createHash('sha256');
  let rowCount = 0;
  let plainSizeBytes = 0;

  return {
    append: async ({ rowCount: added, bytes }) => {
      if (added === 0) return;
      hash.update(bytes);
      rowCount += added;
      plainSizeBytes += bytes.length;
      if (!compressor.write(bytes)) await Promise.race([once(compressor, 'drain'), written]);
    },
    finish: async () => {
      compressor.end();
      await written;
      crashAt('snapshot.before-sync');
      await flushFile(path);
      crashAt('snapshot.after-sync');
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

/**
 * Reads a table's file to its last byte and hashes the plain text, which `onPlain` gets piece by piece: nothing of it is proved before
 * the end. Fails on damaged or cut compression.
 */
export async function readTableContent(
  path: string,
  onPlain: (bytes: Buffer) => void = () => undefined,
): Promise<TableContent> {
  const hash = createHash('sha256');
  let rowCount = 0;
  let plainSizeBytes = 0;
  await pipeline(
    createReadStream(path, { highWaterMark: PIECE_BYTES }),
    createZstdDecompress({ chunkSize: PIECE_BYTES }),
    async (plain: AsyncIterable<Buffer>) => {
      for await (const bytes of plain) {
        hash.update(bytes);
        plainSizeBytes += bytes.length;
        rowCount += countLines(bytes);
        onPlain(bytes);
      }
    },
  );
  return { rowCount, sha256: hash.digest('hex'), plainSizeBytes };
}
