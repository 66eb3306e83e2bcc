import { toOperatorError } from '../../../shared/domain/operator-error.ts';
import type { BatchValues, RowValues } from '../../../shared/domain/plan.ts';
import type {
  BatchChange,
  MigrationRecord,
  RowAddress,
  RowChange,
  StampedColumn,
  TrackedTable,
} from '../ports/migration-database.ts';
import { mappingInvalid } from './mapping-attempt.ts';
import type { MigrationMapping } from './migration-mapping.ts';
import { resetValues, rowValuesOf } from './reset-values.ts';
import { createStorableRow, storableBatch } from './storable-values.ts';

/** Most records that a rehearsal copies. */
export const REHEARSAL_RECORDS = 100;

/** One cell of the copy, spelled so that equal spellings are equal bytes of equal type. */
export interface CopiedCell {
  readonly table: TrackedTable;
  readonly row: string;
  readonly column: string;
  readonly value: string;
}

/**
 * A copy of a few rows in a place that is not the target, with the target's own table definitions, on which the adapter's real
 * statements are tried.
 */
export interface RehearsalStage {
  /** The copied records, as the mapping reads them. */
  readonly records: readonly MigrationRecord[];
  /** The copied batch rows, as the mapping reads them. */
  readonly batches: ReadonlyMap<string, BatchValues>;
  /** Whether the target's batch table has any row at all. */
  readonly batchTable: 'empty' | 'filled';
  /** The moment that the copy is stamped with, as each table writes it. */
  readonly runTimes: Readonly<Record<StampedColumn, string>>;
  /** Applies the changes; how many of them found their rows as expected. */
  readonly changeRows: (changes: readonly RowChange[]) => Promise<number>;
  readonly changeBatches: (changes: readonly BatchChange[]) => Promise<number>;
  readonly readRows: (addresses: readonly RowAddress[]) => Promise<ReadonlyMap<string, RowValues>>;
  readonly readBatches: (batchIds: readonly string[]) => Promise<ReadonlyMap<string, BatchValues>>;
  /** Every stored cell of the copy; what the database computes is left out. */
  readonly readCells: () => Promise<readonly CopiedCell[]>;
}

/**
 * Tries a mapping on a copy before it is trusted with the target, and returns what that showed, as a sentence.
 *
 * Order: 1. the rows have to look like those of a migration 2. the reset: only what a plan names changes, and to what it names
 * 3. the undo: every cell is back.
 * @throws MAPPING_INVALID naming what differed.
 */
export async function rehearseMapping(
  mapping: MigrationMapping,
  stage: RehearsalStage,
): Promise<string> {
  if (stage.records.length === 0) {
    return `${mapping.records.name} is empty: there was nothing to rehearse on.`;
  }
  requireLikeness(mapping, stage);
  const rows = rowChanges(mapping, stage);
  const batches = batchChanges(mapping, stage);
  const before = await stage.readCells();

  await apply('reset', stage, { rows, batches });
  requireOnlyPlanned(mapping, before, await stage.readCells());
  await requireHolds(stage, { rows, batches });

  await apply('undo', stage, { rows: rows.map(turned), batches: batches.map(turned) });
  requireSame(mapping, before, await stage.readCells());

  const files = rows.filter(({ before: { file } }) => file !== null).length;
  return `Rehearsed on a copy of ${count(rows.length, 'record')}, ${count(files, 'file row')} and ${count(batches.length, 'batch row')}: the reset changed only what a plan names, and the undo brought every cell back.`;
}

interface Changes {
  readonly rows: readonly RowChange[];
  readonly batches: readonly BatchChange[];
}

const STATUSES: ReadonlySet<string | null> = new Set([
  'pending',
  'processing',
  'completed',
  'verified',
  'failed',
  'rolled_back',
]);
const MIGRATED: ReadonlySet<string | null> = new Set(['completed', 'verified']);

/** Statements that run say nothing about columns that mean something else: the rows themselves have to agree with the roles. */
function requireLikeness(mapping: MigrationMapping, stage: RehearsalStage): void {
  const { batches, records, files } = mapping;
  if (!stage.records.some(({ status }) => STATUSES.has(status))) {
    const seen = [...new Set(stage.records.map(({ status }) => String(status)))].slice(0, 5);
    throw mappingInvalid(
      `${records.name}.${String(records.columns.status)} holds ${seen.join(', ')} in the first ${count(stage.records.length, 'record')}, and no status of a migration`,
      { column: String(records.columns.status), found: seen },
    );
  }
  if (stage.batchTable === 'filled' && stage.batches.size === 0) {
    throw mappingInvalid(
      `no value of ${records.name}.${String(records.columns.batchId)} is found in ${batches.name}.${String(batches.columns.batchId)}`,
      { checked: stage.records.length },
    );
  }
  const migrated = stage.records.filter(({ status }) => MIGRATED.has(status));
  const withFile = migrated.filter(({ file }) => file !== null);
  if (migrated.length > 0 && withFile.length === 0) {
    throw mappingInvalid(
      `of ${count(migrated.length, 'migrated record')}, none has a row in ${files.name} whose ${String(files.columns.id)} is its ${String(records.columns.fileId)}`,
      { checked: migrated.length },
    );
  }
  const keyed = withFile.filter(({ targetKey, file }) => targetKey && file?.r2Key);
  if (keyed.length > 0 && !keyed.some(({ targetKey, file }) => targetKey === file?.r2Key)) {
    throw mappingInvalid(
      `of ${count(keyed.length, 'migrated record')}, none has the same key in ${records.name}.${String(records.columns.targetKey)} and ${files.name}.${String(files.columns.r2Key)}`,
      { checked: keyed.length },
    );
  }
}

/** The changes that a rollback of the copied records would make. Of two records about one file row the first resets it. */
function rowChanges(mapping: MigrationMapping, stage: RehearsalStage): readonly RowChange[] {
  const storable = createStorableRow(mapping);
  const taken = new Set<string>();
  return stage.records.map((record) => {
    const whole = rowValuesOf(record);
    const isFirst = record.fileId === null || !taken.has(record.fileId);
    if (record.fileId !== null) taken.add(record.fileId);
    const before = isFirst ? whole : { ...whole, file: null };
    const after = storable(resetValues(before));
    return {
      recordId: record.recordId,
      fileId: record.fileId,
      before,
      after: {
        status: after.status,
        completedAt: after.completedAt && stage.runTimes.record,
        file: after.file && {
          ...after.file,
          updatedAt: after.file.updatedAt && stage.runTimes.file,
        },
      },
    };
  });
}

function batchChanges(mapping: MigrationMapping, stage: RehearsalStage): readonly BatchChange[] {
  return [...stage.batches].map(([batchId, before]) => ({
    batchId,
    before,
    after: storableBatch(mapping, {
      // Other numbers than those that stand there, so that each column has to move.
      completedFiles: (before.completedFiles ?? 0) + 1,
      failedFiles: (before.failedFiles ?? 0) + 2,
      verifiedFiles: (before.verifiedFiles ?? 0) + 3,
      status: 'rolled_back',
      completedAt: stage.runTimes.batch,
    }),
  }));
}

function turned<Change extends RowChange | BatchChange>(change: Change): Change {
  return { ...change, before: change.after, after: change.before };
}

async function apply(
  what: 'reset' | 'undo',
  stage: RehearsalStage,
  { rows, batches }: Changes,
): Promise<void> {
  let applied: number;
  try {
    applied = (await stage.changeRows(rows)) + (await stage.changeBatches(batches));
  } catch (error) {
    const { message } = toOperatorError(error);
    const problem = `the ${what} failed in a rehearsal on a copy: ${message}`;
    throw mappingInvalid(problem, { step: what }, error);
  }
  const wanted = rows.length + batches.length;
  if (applied === wanted) return;
  throw mappingInvalid(
    `the ${what} reached ${String(applied)} of ${String(wanted)} rows in a rehearsal on a copy`,
    { step: what, applied, wanted },
  );
}

/** The columns that a rollback changes, by table. */
function plannedColumns({
  batches,
  records,
  files,
}: MigrationMapping): Readonly<Record<TrackedTable, ReadonlySet<string | null>>> {
  const b = batches.columns;
  const f = files.columns;
  return {
    migration_batches: new Set([
      b.completedFiles,
      b.failedFiles,
      b.verifiedFiles,
      b.status,
      b.completedAt,
    ]),
    file_migrations: new Set([records.columns.status, records.columns.completedAt]),
    files: new Set([
      f.r2Key,
      f.checksum,
      f.updatedAt,
      f.migratedAt,
      f.migrationStatus,
      f.migrationBatchId,
    ]),
  };
}

function requireOnlyPlanned(
  mapping: MigrationMapping,
  before: readonly CopiedCell[],
  after: readonly CopiedCell[],
): void {
  const planned = plannedColumns(mapping);
  const others = (cells: readonly CopiedCell[]): readonly CopiedCell[] =>
    cells.filter(({ table, column }) => !planned[table].has(column));
  requireEqualCells(mapping, 'the reset changed more than a plan names', {
    expected: others(before),
    found: others(after),
  });
}

function requireSame(
  mapping: MigrationMapping,
  before: readonly CopiedCell[],
  after: readonly CopiedCell[],
): void {
  requireEqualCells(mapping, 'the undo did not bring everything back', {
    expected: before,
    found: after,
  });
}

function requireEqualCells(
  mapping: MigrationMapping,
  problem: string,
  { expected, found }: Readonly<Record<'expected' | 'found', readonly CopiedCell[]>>,
): void {
  const names: Readonly<Record<TrackedTable, string>> = {
    migration_batches: mapping.batches.name,
    file_migrations: mapping.records.name,
    files: mapping.files.name,
  };
  const addressOf = (cell: CopiedCell): string =>
    `${names[cell.table]}.${cell.column} of row ${cell.row}`;
  const values = new Map(found.map((cell) => [addressOf(cell), cell.value]));
  const moved = expected.filter((cell) => values.get(addressOf(cell)) !== cell.value);
  const [first] = moved;
  if (first === undefined && expected.length === found.length) return;
  const shown = first === undefined ? 'rows came or went' : addressOf(first);
  throw mappingInvalid(`${problem} in a rehearsal on a copy (${shown})`, {
    differences: moved.length,
    columns: [...new Set(moved.map(({ table, column }) => `${names[table]}.${column}`))],
  });
}

/** Reads through the mapping what was written through it: two roles that fight over one column show here. */
async function requireHolds(stage: RehearsalStage, { rows, batches }: Changes): Promise<void> {
  const found = await stage.readRows(
    rows.map(({ recordId, fileId, before }) => ({
      recordId,
      fileId: before.file === null ? null : fileId,
    })),
  );
  const foundBatches = await stage.readBatches(batches.map(({ batchId }) => batchId));
  const wrongRow = rows.find(({ recordId, after }) => !equal(found.get(recordId), after));
  const wrongBatch = batches.find(({ batchId, after }) => !equal(foundBatches.get(batchId), after));
  if (wrongRow === undefined && wrongBatch === undefined) return;
  const where =
    wrongRow === undefined ? `batch ${String(wrongBatch?.batchId)}` : `record ${wrongRow.recordId}`;
  throw mappingInvalid(
    `after the reset ${where} did not hold what was written, in a rehearsal on a copy`,
    { row: where },
  );
}

/** Flat values of text and numbers in a fixed order of keys on the written side; the read side may order them otherwise. */
function equal(found: unknown, written: unknown): boolean {
  if (typeof written !== 'object' || written === null) return found === written;
  if (typeof found !== 'object' || found === null) return false;
  const values = found as Readonly<Record<string, unknown>>;
  return Object.entries(written).every(([key, value]) => equal(values[key], value));
}

function count(amount: number, noun: string): string {
  return `${String(amount)} ${noun}${amount === 1 ? '' : 's'}`;
}
