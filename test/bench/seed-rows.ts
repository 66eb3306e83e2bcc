import { createHash, randomUUID } from 'node:crypto';
import type { SubjectSize } from './bench-subject.ts';

/** The row of `file_migrations` and the row of `files` of one migrated file, cells in the order of the reference schema. */
export interface SeedPair {
  readonly record: readonly (string | number | null)[];
  readonly file: readonly (string | number | null)[];
}

/** Files of one batch row. */
export const FILES_PER_BATCH = 50_000;

/** Name of the batch that a file belongs to. */
export function batchOf(index: number): string {
  return `batch-${String(Math.floor(index / FILES_PER_BATCH)).padStart(4, '0')}`;
}

function timeAt(index: number, offsetSeconds: number): string {
  const moment = new Date(Date.UTC(2024, 10, 3, 10) + index * 40 + offsetSeconds * 1_000);
  return moment.toISOString().slice(0, 19).replace('T', ' ');
}

/** The rows of a healthy migration of `size.files` files, in the order in which they were created. Sizes of cells are those of real ones. */
export function* seedPairs(size: SubjectSize): Generator<SeedPair> {
  for (let index = 0; index < size.files; index += 1) {
    const number = String(index).padStart(10, '0');
    const fileId = size.ids === 'random' ? randomUUID() : `file-${number}-0000-000000000000000`;
    const recordId = size.ids === 'random' ? randomUUID() : `rec-${number}-0000-0000000000000000`;
    const userId = `user-${String(index % 977)}`;
    const name = `report-${number}.pdf`;
    const checksum = createHash('sha256').update(number).digest('hex');
    const key = `files/${userId}/${fileId}/${name}`;
    yield {
      record: [
        recordId,
        batchOf(index),
        fileId,
        `uploads/${userId}/2024/11/${name}`,
        key,
        checksum,
        checksum,
        10_000 + (index % 1_000_000),
        'completed',
        null,
        timeAt(index, 0),
        timeAt(index, 7),
        timeAt(index, 0),
      ],
      file: [fileId, name, userId, key, checksum, timeAt(index, -3_600), timeAt(index, 7)],
    };
  }
}
