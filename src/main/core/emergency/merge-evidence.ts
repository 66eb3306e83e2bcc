import type { ReconstructedCell, ReconstructedRow } from '../../../shared/domain/reconstruction.ts';
import type { Confidence } from '../../../shared/domain/restore-source.ts';
import { objectKeyOf } from '../plan/classify-file.ts';
import { sameRow } from '../plan/run-values.ts';
import type { EvidenceKind } from '../ports/evidence-stage.ts';
import type { MigrationRecord } from '../ports/migration-database.ts';
import { rowValuesOf } from '../schema/reset-values.ts';
import { parseTold, type ToldFile } from './kept-json.ts';

/** Best first. */
const ORDER: readonly Confidence[] = ['snapshot', 'plan', 'backup', 'tracking-row', 'unknown'];

const KINDS: readonly EvidenceKind[] = ['snapshot', 'plan', 'backup'];

/** The best of what is told of one record, and what the other sources say differently. */
export interface MergedFile extends ToldFile {
  readonly disagreement: string | null;
}

/** Chooses among what is told of one record. Pure. */
export function mergeEvidence(byKind: ReadonlyMap<EvidenceKind, string>): MergedFile | undefined {
  const told = KINDS.flatMap((kind) => {
    const json = byKind.get(kind);
    return json === undefined ? [] : [parseTold(json)];
  });
  const [best, ...others] = told;
  if (best === undefined) return undefined;
  const different = others.filter((other) => !tellsTheSame(best, other));
  return {
    ...best,
    disagreement:
      different.length === 0
        ? null
        : different.map(({ source, file }) => `${source}: ${inWords(file.record)}`).join('; '),
  };
}

/** A plan tells of a file row only where it would change it. */
function tellsTheSame(one: ToldFile, other: ToldFile): boolean {
  const [left, right] = [rowValuesOf(one.file.record), rowValuesOf(other.file.record)];
  if (left.file === null || right.file === null) {
    return sameRow({ ...left, file: null }, { ...right, file: null });
  }
  return sameRow(left, right);
}

function inWords({ status, completedAt, file }: MigrationRecord): string {
  return `status ${String(status)}, completed at ${String(completedAt)}, r2_key ${String(file?.r2Key ?? null)}`;
}

function cellsOf(record: MigrationRecord, confidence: Confidence): ReconstructedCell[] {
  const { status, completedAt, file } = record;
  return [
    { column: 'status', value: status, confidence },
    { column: 'completedAt', value: completedAt, confidence },
    ...(file === null
      ? []
      : [
          { column: 'r2Key', value: file.r2Key, confidence } as const,
          { column: 'checksum', value: file.checksum, confidence } as const,
          { column: 'updatedAt', value: file.updatedAt, confidence } as const,
        ]),
  ];
}

/** A row of which a snapshot, a plan or a backup tells. Pure. */
export function rowOfMerged({ file, source, disagreement }: MergedFile): ReconstructedRow {
  const { record, confidence } = file;
  return {
    ...namesOf(record),
    confidence,
    cells: cellsOf(record, confidence),
    source,
    disagreement,
  };
}

/**
 * A row that was rolled back and of which nothing tells but the record itself: key and checksum stand in it still; what its status was, and
 * when it was completed, the rollback has written over. Pure.
 */
export function rowOfTracking(record: MigrationRecord): ReconstructedRow {
  const key = record.targetKey === '' ? null : record.targetKey;
  const checksum = record.migratedChecksum ?? record.originalChecksum;
  const cell = (column: ReconstructedCell['column'], value: string | null): ReconstructedCell => ({
    column,
    value,
    confidence: value === null ? 'unknown' : 'tracking-row',
  });
  const cells = [
    cell('status', null),
    cell('completedAt', null),
    ...(record.file === null
      ? []
      : [cell('r2Key', key), cell('checksum', checksum), cell('updatedAt', null)]),
  ];
  return {
    ...namesOf(record),
    objectKey: key,
    confidence: worstOf(cells),
    cells,
    source: `tracking row ${record.recordId}`,
    disagreement: null,
  };
}

function worstOf(cells: readonly ReconstructedCell[]): Confidence {
  const ranks = cells.map(({ confidence }) => ORDER.indexOf(confidence));
  return ORDER[Math.max(0, ...ranks)] ?? 'unknown';
}

function namesOf(record: MigrationRecord) {
  return {
    recordId: record.recordId,
    batchId: record.batchId,
    fileId: record.fileId,
    filename: record.file?.filename ?? null,
    sourcePath: record.sourcePath,
    objectKey: objectKeyOf(record),
  };
}
