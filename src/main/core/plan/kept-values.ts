import type { BatchValues } from '../../../shared/domain/plan.ts';
import type { Confidence, RestoreSource } from '../../../shared/domain/restore-source.ts';
import type { FullRow, MigrationReader, MigrationRecord } from '../ports/migration-database.ts';
import type { KeyColumns, SnapshotRows } from '../ports/snapshot-catalogue.ts';
import type { MigrationMapping } from '../schema/migration-mapping.ts';

/** A record with its file row as they were kept, and how well that is known. */
export interface KeptFile {
  readonly record: MigrationRecord;
  readonly confidence: Confidence;
  /** Every column of both; `null` where only some were kept. */
  readonly whole: { readonly record: FullRow; readonly file: FullRow | null } | null;
}

/** What a restore takes its values from, verified. */
export interface KeptValues {
  readonly source: RestoreSource;
  /** As a noun with its moment, for people. */
  readonly inWords: string;
  /** The run before which they were read; `null` where nobody knows. */
  readonly subjectRunId: string | null;
  readonly fileCount: number;
  /** How well a value must be known to be written. */
  readonly trusted: ReadonlySet<Confidence>;
  /** Each record once, `limit` at a time. */
  pages(limit: number): Iterable<readonly KeptFile[]> | AsyncIterable<readonly KeptFile[]>;
  /** Kept values of batch rows, by batch id. */
  batchValues(batchIds: readonly string[]): ReadonlyMap<string, BatchValues>;
}

/** The columns by which rows of a snapshot are found. */
export function keyColumnsOf({ batches, records, files }: MigrationMapping): KeyColumns {
  return {
    migration_batches: batches.columns.batchId ?? '',
    file_migrations: records.columns.id ?? '',
    files: files.columns.id ?? '',
  };
}

/** The values that a snapshot or a backup kept; `reader` says how its database writes them. */
export function valuesOfSnapshot(
  rows: SnapshotRows,
  reader: Pick<MigrationReader, 'toRecord' | 'toBatchValues'>,
): KeptValues {
  const { snapshotId, kind, runId, takenAt } = rows.entry;
  return {
    source: {
      kind,
      ids: [snapshotId],
      takenAt,
      verified:
        kind === 'snapshot'
          ? 'Every byte of the snapshot was read and its hashes hold.'
          : 'Every row of the backup was read; a backup carries no hash that could prove its values.',
    },
    inWords: `${kind} ${snapshotId}${takenAt === null ? '' : ` of ${takenAt.slice(0, 19).replace('T', ' ')} UTC`}`,
    subjectRunId: runId,
    fileCount: rows.countRows('file_migrations'),
    // A backup proves less, and was named by the operator: the plan warns of it.
    trusted: new Set(['snapshot', 'backup']),
    pages: (limit) => pagesOf(rows, reader, limit),
    batchValues: (batchIds) =>
      new Map(
        [...rows.findRows('migration_batches', batchIds)].map(([batchId, row]) => [
          batchId,
          reader.toBatchValues(row),
        ]),
      ),
  };
}

function* pagesOf(
  rows: SnapshotRows,
  reader: Pick<MigrationReader, 'toRecord'>,
  limit: number,
): Generator<readonly KeptFile[], void, void> {
  const confidence = rows.entry.kind;
  let afterKey = '';
  for (;;) {
    const page = rows.pageRows('file_migrations', { afterKey, limit });
    const last = page.at(-1);
    if (last === undefined) return;
    const fileIds = page.flatMap(({ row }) => reader.toRecord(row, null).fileId ?? []);
    const files = rows.findRows('files', fileIds);
    yield page.map(({ row }): KeptFile => {
      const file = files.get(reader.toRecord(row, null).fileId ?? '') ?? null;
      return { record: reader.toRecord(row, file), confidence, whole: { record: row, file } };
    });
    afterKey = last.key;
  }
}
