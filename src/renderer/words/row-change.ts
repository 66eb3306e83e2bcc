import type { MigrationMarks, PlanItem, RowValues } from '../../shared/domain/plan.ts';

/** One value of a row, before and after. */
export interface ValueChange {
  readonly label: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly changed: boolean;
}

/** The values of a row side by side, with what changes marked. */
export function rowChanges(item: Pick<PlanItem, 'before' | 'after'>): readonly ValueChange[] {
  const { before, after } = item;
  return [
    change('status', before.status, after.status),
    change('completed_at', before.completedAt, after.completedAt),
    ...fileChanges(before.file, after.file),
  ];
}

function fileChanges(before: RowValues['file'], after: RowValues['file']): readonly ValueChange[] {
  if (before === null && after === null) return [];
  return [
    change('files.r2_key', before?.r2Key ?? null, after?.r2Key ?? null),
    change('files.checksum', before?.checksum ?? null, after?.checksum ?? null),
    change('files.updated_at', before?.updatedAt ?? null, after?.updatedAt ?? null),
    ...markChanges(before?.marks ?? null, after?.marks ?? null),
  ];
}

function markChanges(
  before: MigrationMarks | null,
  after: MigrationMarks | null,
): readonly ValueChange[] {
  if (before === null && after === null) return [];
  return [
    change('files.migrated_at', before?.migratedAt ?? null, after?.migratedAt ?? null),
    change(
      'files.migration_status',
      before?.migrationStatus ?? null,
      after?.migrationStatus ?? null,
    ),
    change(
      'files.migration_batch_id',
      before?.migrationBatchId ?? null,
      after?.migrationBatchId ?? null,
    ),
  ];
}

function change(label: string, before: string | null, after: string | null): ValueChange {
  return { label, before, after, changed: before !== after };
}
