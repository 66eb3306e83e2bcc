import type { RowValues } from '../../../shared/domain/plan.ts';
import { Scope } from '../../../shared/domain/scope.ts';
import type { TrackedTable } from '../../core/ports/migration-database.ts';
import {
  type CopiedCell,
  REHEARSAL_RECORDS,
  type RehearsalStage,
} from '../../core/schema/rehearse-mapping.ts';
import { applyBatchChanges } from './batch-changes.ts';
import { readBatchValues } from './batch-query.ts';
import { type Column, textOf } from './columns.ts';
import { joins } from './keys.ts';
import { createRecordMapper, pageQuery, readPresentRows, rowValuesOf } from './record-query.ts';
import { applyRowChanges } from './row-changes.ts';
import { type PostgresSchema, type TrackedSchema, trackedTable } from './schema.ts';
import type { PostgresSession } from './session.ts';
import { quoteName } from './sql-names.ts';
import { formatTimeFor } from './time-style.ts';

const trackedTables = [
  'file_migrations',
  'files',
  'migration_batches',
] as const satisfies readonly TrackedTable[];

/**
 * Copies some records, with their file and batch rows, into temporary tables of this session that have the same columns, constraints
 * and unique indexes. Triggers, defaults and foreign keys are left out. `dropStage` takes the copy away again.
 */
export async function openTemporaryStage(
  session: PostgresSession,
  source: PostgresSchema,
): Promise<RehearsalStage> {
  const copy = copyOf(source);
  await copyRows(session, source, copy);
  const everything = { scope: Scope.parse({ full: true }), include: 'all' } as const;
  const { sql, values } = pageQuery(copy, everything, { offset: 0, limit: REHEARSAL_RECORDS });
  const { rows } = await session.query(sql, values);
  const batchIds = await session.query(
    `SELECT ${textOf('t', copy.batches.key)} FROM ${copy.batches.sqlName} AS t`,
  );
  const filled = await session.query(`SELECT 1 FROM ${source.batches.sqlName} LIMIT 1`);
  const readBatches = (ids: readonly string[]) =>
    readBatchValues(session, copy, { ids, lock: 'look' });
  const now = Date.now();
  const stamp = (column: 'record' | 'file' | 'batch'): Promise<string> =>
    formatTimeFor(session, copy, { epochMs: now, column });
  return {
    records: rows.map(createRecordMapper(copy)),
    batches: await readBatches(batchIds.rows.map(([id]) => id ?? '')),
    batchTable: filled.rowCount > 0 ? 'filled' : 'empty',
    runTimes: {
      record: await stamp('record'),
      file: await stamp('file'),
      batch: await stamp('batch'),
    },
    changeRows: async (changes) => countApplied(await applyRowChanges(session, copy, changes)),
    changeBatches: async (changes) => countApplied(await applyBatchChanges(session, copy, changes)),
    readRows: async (addresses) => {
      const present = await readPresentRows(session, copy, {
        recordIds: addresses.map(({ recordId }) => recordId),
        fileIds: addresses.flatMap(({ fileId }) => (fileId === null ? [] : [fileId])),
        lock: 'look',
      });
      return new Map(
        addresses.flatMap((address): readonly (readonly [string, RowValues])[] => {
          const found = rowValuesOf(present, address);
          return found === undefined ? [] : [[address.recordId, found]];
        }),
      );
    },
    readBatches,
    readCells: () => readCells(session, copy),
  };
}

/** Takes the temporary tables of `openTemporaryStage` away, those of them that came to be. */
export async function dropStage(session: PostgresSession): Promise<void> {
  await session.query(`DROP TABLE IF EXISTS ${trackedTables.map(temporaryName).join(', ')}`);
}

function temporaryName(table: TrackedTable): string {
  return `pg_temp.${quoteName(`unwind_rehearsal_${table}`)}`;
}

/** The schema with the temporary tables in place of the real ones. */
function copyOf(source: PostgresSchema): PostgresSchema {
  return {
    ...source,
    batches: { ...source.batches, sqlName: temporaryName('migration_batches') },
    records: { ...source.records, sqlName: temporaryName('file_migrations') },
    files: { ...source.files, sqlName: temporaryName('files') },
    updateTriggers: [],
  };
}

function countApplied(results: readonly { readonly result: 'applied' | 'conflict' }[]): number {
  return results.filter(({ result }) => result === 'applied').length;
}

/** Mostly migrated records, which have a file row and a key, and some of the others. */
async function copyRows(
  session: PostgresSession,
  source: PostgresSchema,
  copy: PostgresSchema,
): Promise<void> {
  await dropStage(session);
  for (const table of trackedTables) {
    await session.query(
      `CREATE TEMPORARY TABLE ${temporaryName(table)} (LIKE ${trackedTable(source, table).sqlName}
         INCLUDING ALL EXCLUDING DEFAULTS EXCLUDING IDENTITY EXCLUDING GENERATED)`,
    );
  }
  const { status, fileId, batchId } = source.records.roles;
  const others = REHEARSAL_RECORDS / 4;
  const isMigrated = `coalesce(${textOf('r', status)} IN ('completed', 'verified'), false)`;
  const records = source.records.sqlName;
  await session.query(
    `INSERT INTO ${copy.records.sqlName}
       (SELECT * FROM ${records} AS r WHERE ${isMigrated} LIMIT ${String(REHEARSAL_RECORDS - others)})
       UNION ALL
       (SELECT * FROM ${records} AS r WHERE NOT ${isMigrated} LIMIT ${String(others)})`,
  );
  await copyNamed(session, { from: source.files, to: copy.files }, copy.records, fileId);
  await copyNamed(session, { from: source.batches, to: copy.batches }, copy.records, batchId);
}

/** Copies the rows that the copied records name by `reference`. */
async function copyNamed<Role extends string>(
  session: PostgresSession,
  tables: { readonly from: TrackedSchema<Role>; readonly to: TrackedSchema<Role> },
  records: TrackedSchema<string>,
  reference: Column | null,
): Promise<void> {
  if (reference === null) return;
  const { from, to } = tables;
  const isNamed = joins({ alias: 'k', column: from.key }, { alias: 'm', column: reference });
  await session.query(
    `INSERT INTO ${to.sqlName} SELECT * FROM ${from.sqlName} AS k
     WHERE EXISTS (SELECT 1 FROM ${records.sqlName} AS m WHERE ${isNamed})`,
  );
}

/** Every cell but those that the database computes. The text form of a type tells its values apart. */
async function readCells(
  session: PostgresSession,
  copy: PostgresSchema,
): Promise<readonly CopiedCell[]> {
  const cells: CopiedCell[] = [];
  for (const table of trackedTables) {
    const { sqlName, key, columns } = trackedTable(copy, table);
    const names = [...columns.keys()];
    const texts = [key.name, ...names].map((name) => `quote_nullable(t.${quoteName(name)}::text)`);
    const { rows } = await session.query(`SELECT ${texts.join(', ')} FROM ${sqlName} AS t`);
    for (const [row, ...values] of rows) {
      for (const [at, column] of names.entries()) {
        cells.push({ table, row: row ?? '', column, value: values[at] ?? '' });
      }
    }
  }
  return cells;
}
