import type { MigrationReader, MigrationRecord } from '../ports/migration-database.ts';
import { cellsOf } from '../schema/full-row-cells.ts';
import type { MigrationMapping } from '../schema/migration-mapping.ts';

/** What a migration recorded of a file's content; a rollback leaves it in the record. */
export type RecordedFacts = Pick<
  MigrationRecord,
  'originalChecksum' | 'migratedChecksum' | 'fileSizeBytes'
>;

/** Reads what was recorded of the content of up to 5,000 records, by record id. A record that is gone is absent from the map. */
export async function readRecordedFacts(
  reader: MigrationReader,
  { records: { columns } }: MigrationMapping,
  recordIds: readonly string[],
): Promise<ReadonlyMap<string, RecordedFacts>> {
  const rows = await reader.readFullRows('file_migrations', recordIds);
  return new Map(
    rows.map((row) => {
      const cell = cellsOf(row);
      const size = cell(columns.fileSize);
      return [
        String(cell(columns.id)),
        {
          originalChecksum: textOf(cell(columns.originalChecksum)),
          migratedChecksum: textOf(cell(columns.migratedChecksum)),
          fileSizeBytes: typeof size === 'number' && Number.isSafeInteger(size) ? size : null,
        },
      ];
    }),
  );
}

function textOf(cell: string | number | null): string | null {
  return cell === null ? null : String(cell);
}
