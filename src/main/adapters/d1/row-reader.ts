import type { RowValues } from '../../../shared/domain/plan.ts';
import type { RowAddress } from '../../core/ports/migration-database.ts';
import type { Cell, CellReader } from './cell-text.ts';
import type { Connection } from './connection.ts';
import { createOrderedReader } from './ordered-rows.ts';
import { markRoles, readMarks } from './record-query.ts';
import { hasMarks } from './row-columns.ts';
import { type D1Schema, keyedTables, roleColumns } from './schema.ts';
import { columnSql, quotedName } from './sql-names.ts';

/** Rows that one statement looks up: a call costs as much as finding its row. */
const GROUP = 100;

/** Reads the present values of records and of the file rows that `fileId` names. */
export interface RowReader {
  /** `undefined` when the record is gone. */
  one(address: RowAddress): RowValues | undefined;
  /** By record id; a record that is gone is absent. */
  many(addresses: readonly RowAddress[]): ReadonlyMap<string, RowValues>;
}

/** Makes the row reader of a session. Needs a transaction that sees one state. */
export function createRowReader(
  connection: Connection,
  schema: D1Schema,
  cells: CellReader,
): RowReader {
  const valuesOf = createValuesReader(schema, cells);
  const readOne = prepareLookup(connection, schema, 1);
  let readGroup: ReturnType<typeof prepareLookup> | undefined;
  let readInOrder: ReturnType<typeof createPairReader> | undefined;

  function readInto(found: Map<string, RowValues>, group: readonly RowAddress[]): void {
    readGroup ??= prepareLookup(connection, schema, GROUP);
    for (const row of readGroup.all(...group.flatMap(cellsOf))) {
      const address = group[Number(row[0])];
      if (address !== undefined) found.set(address.recordId, valuesOf(address, pairOf(row)));
    }
  }

  function one(address: RowAddress): RowValues | undefined {
    const row = readOne.get(...cellsOf(address));
    return row === undefined ? undefined : valuesOf(address, pairOf(row));
  }

  function inOrder(addresses: readonly RowAddress[]): ReadonlyMap<string, RowValues> | undefined {
    readInOrder ??= createPairReader(connection, schema);
    const pairs = readInOrder(addresses);
    return pairs && new Map(pairs.map(([to, pair]) => [to.recordId, valuesOf(to, pair)]));
  }

  function byKey(addresses: readonly RowAddress[]): ReadonlyMap<string, RowValues> {
    const found = new Map<string, RowValues>();
    const whole = addresses.length - (addresses.length % GROUP);
    for (let at = 0; at < whole; at += GROUP) readInto(found, addresses.slice(at, at + GROUP));
    for (const address of addresses.slice(whole)) {
      const values = one(address);
      if (values !== undefined) found.set(address.recordId, values);
    }
    return found;
  }

  return {
    one,
    many: (addresses) =>
      (addresses.length < GROUP ? undefined : inOrder(addresses)) ?? byKey(addresses),
  };
}

function cellsOf({ recordId, fileId }: RowAddress): readonly [string, string | null] {
  return [recordId, fileId];
}

const recordRoles = ['status', 'completedAt'] as const;

function fileRolesOf({ mapping }: D1Schema) {
  return ['r2Key', 'checksum', 'updatedAt', ...(hasMarks(mapping) ? markRoles : [])] as const;
}

/** A record row and its file row: values of `recordRoles` from the second cell on, those of `fileRolesOf` behind the key at `fileAt`. */
interface FoundPair {
  readonly record: readonly Cell[];
  readonly file: readonly Cell[] | null;
  readonly fileAt: number;
}

/** Looks `count` addresses up. First cell: which of them, then the values. CROSS JOIN keeps SQLite from going through the records first. */
function prepareLookup(connection: Connection, schema: D1Schema, count: number) {
  const { records, files } = schema.mapping;
  const selected = [
    ...recordRoles.map((role) => columnSql(records, role, 'm')),
    ...(['id', ...fileRolesOf(schema)] as const).map((role) => columnSql(files, role, 'f')),
  ].join(', ');
  const wanted = Array.from({ length: count }, (_, at) => `(${String(at)}, ?, ?)`).join(', ');
  return connection
    .prepare<(string | null)[], Cell[]>(
      `WITH wanted (at, record_id, file_id) AS (VALUES ${wanted})
       SELECT wanted.at, ${selected} FROM wanted
       CROSS JOIN ${quotedName(records.name)} AS m ON ${columnSql(records, 'id', 'm')} = wanted.record_id COLLATE BINARY
       LEFT JOIN ${quotedName(files.name)} AS f ON ${columnSql(files, 'id', 'f')} = wanted.file_id COLLATE BINARY`,
    )
    .raw()
    .safeIntegers();
}

/** The two rows that `prepareLookup` gives as one. */
function pairOf(row: readonly Cell[]): FoundPair {
  const fileAt = 1 + recordRoles.length;
  return { record: row, file: row[fileAt] === null ? null : row, fileAt };
}

/** Makes the reader of pairs whose records and file rows both lie in the order of the addresses; `undefined` where they do not. */
function createPairReader(
  connection: Connection,
  schema: D1Schema,
): (addresses: readonly RowAddress[]) => (readonly [RowAddress, FoundPair])[] | undefined {
  const { records, files } = schema.mapping;
  const tables = keyedTables(schema.mapping);
  const readRecords = createOrderedReader(
    connection,
    tables.file_migrations,
    recordRoles.map((role) => columnSql(records, role)),
  );
  const readFiles = createOrderedReader(
    connection,
    tables.files,
    fileRolesOf(schema).map((role) => columnSql(files, role)),
  );
  return (addresses) => {
    const foundRecords = readRecords?.(addresses.map(({ recordId }) => recordId));
    if (foundRecords === undefined) return undefined;
    const foundFiles = readFiles?.(addresses.flatMap(({ fileId }) => fileId ?? []));
    if (foundFiles === undefined) return undefined;
    let nextFile = 0;
    return addresses.map((address, at) => {
      const file = address.fileId === null ? null : (foundFiles[nextFile] ?? null);
      if (file !== null) nextFile += 1;
      return [address, { record: foundRecords[at] ?? [], file, fileAt: 0 }];
    });
  };
}

function createValuesReader(
  schema: D1Schema,
  cells: CellReader,
): (address: RowAddress, pair: FoundPair) => RowValues {
  const m = roleColumns(schema, 'file_migrations', schema.mapping.records);
  const f = roleColumns(schema, 'files', schema.mapping.files);
  const withMarks = hasMarks(schema.mapping);
  return ({ recordId, fileId }, { record, file, fileAt }) => ({
    status: cells.textOf(record[1], m.status, recordId),
    completedAt: cells.textOf(record[2], m.completedAt, recordId),
    file:
      fileId !== null && file !== null
        ? {
            r2Key: cells.textOf(file[fileAt + 1], f.r2Key, fileId),
            checksum: cells.textOf(file[fileAt + 2], f.checksum, fileId),
            updatedAt: cells.textOf(file[fileAt + 3], f.updatedAt, fileId),
            marks: withMarks
              ? readMarks(cells, f, { row: file, at: fileAt + 4, fileKey: fileId })
              : null,
          }
        : null,
  });
}
