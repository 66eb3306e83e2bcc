import type { RowValues } from '../../../shared/domain/plan.ts';
import type { RowAddress } from '../../core/ports/migration-database.ts';
import type { Cell, CellReader } from './cell-text.ts';
import type { Connection } from './connection.ts';
import { markRoles, readMarks } from './record-query.ts';
import { hasMarks } from './row-columns.ts';
import { type D1Schema, roleColumns } from './schema.ts';
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

  function readInto(found: Map<string, RowValues>, group: readonly RowAddress[]): void {
    readGroup ??= prepareLookup(connection, schema, GROUP);
    for (const row of readGroup.all(...group.flatMap(cellsOf))) {
      const address = group[Number(row[0])];
      if (address !== undefined) found.set(address.recordId, valuesOf(row, address));
    }
  }

  function one(address: RowAddress): RowValues | undefined {
    const row = readOne.get(...cellsOf(address));
    return row === undefined ? undefined : valuesOf(row, address);
  }

  return {
    one,
    many: (addresses) => {
      const found = new Map<string, RowValues>();
      const whole = addresses.length - (addresses.length % GROUP);
      for (let at = 0; at < whole; at += GROUP) readInto(found, addresses.slice(at, at + GROUP));
      for (const address of addresses.slice(whole)) {
        const values = one(address);
        if (values !== undefined) found.set(address.recordId, values);
      }
      return found;
    },
  };
}

function cellsOf({ recordId, fileId }: RowAddress): readonly [string, string | null] {
  return [recordId, fileId];
}

/** Looks `count` addresses up. First cell: which of them, then the values. CROSS JOIN keeps SQLite from going through the records first. */
function prepareLookup(connection: Connection, schema: D1Schema, count: number) {
  const { records, files } = schema.mapping;
  const selected = [
    ...(['status', 'completedAt'] as const).map((role) => columnSql(records, role, 'm')),
    ...(
      [
        'id',
        'r2Key',
        'checksum',
        'updatedAt',
        ...(hasMarks(schema.mapping) ? markRoles : []),
      ] as const
    ).map((role) => columnSql(files, role, 'f')),
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

function createValuesReader(
  schema: D1Schema,
  cells: CellReader,
): (row: readonly Cell[], address: RowAddress) => RowValues {
  const m = roleColumns(schema, 'file_migrations', schema.mapping.records);
  const f = roleColumns(schema, 'files', schema.mapping.files);
  const withMarks = hasMarks(schema.mapping);
  return (row, { recordId, fileId }) => ({
    status: cells.textOf(row[1], m.status, recordId),
    completedAt: cells.textOf(row[2], m.completedAt, recordId),
    file:
      fileId !== null && row[3] !== null
        ? {
            r2Key: cells.textOf(row[4], f.r2Key, fileId),
            checksum: cells.textOf(row[5], f.checksum, fileId),
            updatedAt: cells.textOf(row[6], f.updatedAt, fileId),
            marks: withMarks ? readMarks(cells, f, { row, at: 7, fileKey: fileId }) : null,
          }
        : null,
  });
}
