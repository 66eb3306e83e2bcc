import type { SeedBatch } from './batches.ts';
import { sha256 } from './file-content.ts';
import { seedId } from './seed-id.ts';
import type { SeedFile, SeedRow } from './seed-set.ts';
import { secondsAfter } from './sql-time.ts';

const DAY_S = 86_400;

/** The tracking row and the file row of one file, as the migrator left them. */
export function rowsOf(seedFile: SeedFile): { readonly record: SeedRow; readonly file: SeedRow } {
  const { fate } = seedFile;
  const started = fate.status !== 'pending';
  const ended =
    fate.status === 'completed' || fate.status === 'verified' || fate.status === 'rolled_back';
  const stored = ended || fate.fileRow === 'points';
  const uploadedAs = stored ? sha256(seedFile.uploaded) : null;
  const serves = servedBy(seedFile);
  return {
    record: {
      id: seedFile.recordId,
      batch_id: seedFile.batch.batchId,
      file_id: seedFile.fileId,
      source_path: seedFile.sourcePath,
      target_r2_key: fate.targetKey === 'set' ? seedFile.key : null,
      original_checksum: started && fate.targetKey === 'set' ? sha256(seedFile.content) : null,
      migrated_checksum: uploadedAs,
      file_size: seedFile.content.length,
      status: fate.status,
      error_message: fate.errorMessage,
      started_at: started ? seedFile.startedAt : null,
      completed_at: ended ? timeOfEnd(seedFile) : null,
      created_at: seedFile.createdAt,
    },
    file: {
      id: seedFile.fileId,
      filename: seedFile.filename,
      user_id: seedFile.userId,
      r2_key: serves?.key ?? null,
      checksum: serves === undefined ? null : sha256(serves.content),
      created_at: secondsAfter(seedFile.startedAt, -3 * DAY_S),
      updated_at: updatedAt(seedFile),
    },
  };
}

/** What the file row points at; its checksum is of what the migrator (or whoever replaced it) stored. */
function servedBy(
  seedFile: SeedFile,
): { readonly key: string; readonly content: Buffer } | undefined {
  if (seedFile.fate.fileRow === 'points') return { key: seedFile.key, content: seedFile.uploaded };
  return seedFile.fate.fileRow === 'elsewhere' ? seedFile.replacement : undefined;
}

/** A rollback stamps `completed_at` with its own time. */
function timeOfEnd({ fate, completedAt }: SeedFile): string {
  return fate.status === 'rolled_back' ? secondsAfter(completedAt, DAY_S) : completedAt;
}

function updatedAt(seedFile: SeedFile): string {
  if (seedFile.fate.status === 'rolled_back') return timeOfEnd(seedFile);
  if (seedFile.fate.fileRow === 'empty') return secondsAfter(seedFile.startedAt, -3 * DAY_S);
  return secondsAfter(seedFile.completedAt, seedFile.fate.fileRow === 'elsewhere' ? DAY_S : 0);
}

/** The row of a batch with the counters that the migrator stored: `completed_files` counts verified files too. */
export function batchRowOf(batch: SeedBatch, all: readonly SeedFile[]): SeedRow {
  const files = all.filter((file) => file.batch === batch);
  const countOf = (...statuses: readonly string[]): number =>
    files.filter((file) => statuses.includes(file.fate.status)).length;
  const lastEnd = files.map(timeOfEnd).reduce((latest, time) => (time > latest ? time : latest));
  return {
    id: seedId('batch', batch.batchId),
    batch_id: batch.batchId,
    total_files: files.length,
    completed_files: countOf('completed', 'verified') + batch.countedWrongBy,
    failed_files: countOf('failed'),
    verified_files: countOf('verified'),
    status: batch.status,
    started_at: secondsAfter(batch.startedAt, 30),
    completed_at: batch.status === 'processing' ? null : secondsAfter(lastEnd, 30),
    created_at: batch.startedAt,
  };
}
