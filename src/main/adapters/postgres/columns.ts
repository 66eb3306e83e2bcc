import { quoteName } from './sql-names.ts';

/** How values of a type are compared and written; chosen by the type's own name, not by what the column is called. */
export type TypeClass = 'text' | 'loose-text' | 'uuid' | 'integer' | 'zoned-time' | 'other';

/** A column as the catalogue describes it. */
export interface Column {
  readonly table: string;
  readonly name: string;
  /** The type without its length and without the domain around it, as SQL casts to it. */
  readonly baseType: string;
  /** `pg_type.typname` of that type: `int8`, `timestamptz`, `varchar`. */
  readonly typeName: string;
  /** That type with the length or precision that the column has. */
  readonly shownType: string;
  readonly typeClass: TypeClass;
  readonly isNotNull: boolean;
  /** Computed by the database: it can be read, not written. */
  readonly isGenerated: boolean;
}

/** The class of a type. `loose-text` compares other texts than its own as equal: by case, by padding, by an ICU collation. */
export function typeClassOf(typeName: string, collation: 'exact' | 'loose'): TypeClass {
  switch (typeName) {
    case 'text':
    case 'varchar':
      return collation === 'exact' ? 'text' : 'loose-text';
    case 'bpchar':
    case 'citext':
      return 'loose-text';
    case 'uuid':
      return 'uuid';
    case 'int2':
    case 'int4':
    case 'int8':
      return 'integer';
    case 'timestamptz':
      return 'zoned-time';
    default:
      return 'other';
  }
}

/**
 * SQL for the text of a column; NULL where the schema has no such column.
 *
 * Moments with a zone are shown in UTC without it, as those of columns without a zone are: one time has one text, in whichever
 * column it stands.
 */
export function textOf(alias: string, column: Column | null): string {
  if (column === null) return 'NULL::text';
  const name = `${alias}.${quoteName(column.name)}`;
  return column.typeClass === 'zoned-time' ? `(${name} AT TIME ZONE 'UTC')::text` : `${name}::text`;
}

/** SQL that says whether a column holds exactly the text `other`: byte by byte whatever its collation, NULL equal to NULL. */
export function holds(alias: string, column: Column, other: string): string {
  return `${textOf(alias, column)} COLLATE "C" IS NOT DISTINCT FROM ${other}`;
}

/**
 * SQL for the value that `textOf` shows as `text`. Without the column's length: the assignment checks it, where a cast would cut
 * the value off in silence.
 */
export function valueOf(column: Column, text: string): string {
  return column.typeClass === 'zoned-time'
    ? `(${text}::timestamp AT TIME ZONE 'UTC')`
    : `${text}::${column.baseType}`;
}
