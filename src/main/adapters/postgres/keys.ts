import { type Column, textOf } from './columns.ts';
import { quoteName } from './sql-names.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const INTEGER = /^(?:0|-?[1-9]\d{0,18})$/;
const INTEGER_BITS: Readonly<Record<string, number>> = { int2: 16, int4: 32, int8: 64 };

/**
 * The texts that can name a row by this column; any other is `null`, which names none. So a text that is no uuid finds nothing
 * instead of failing the statement.
 */
export function keyTexts(column: Column, texts: readonly string[]): readonly (string | null)[] {
  return texts.map((text) => (isKeyText(column, text) ? text : null));
}

function isKeyText(column: Column, text: string): boolean {
  switch (column.typeClass) {
    case 'uuid':
      return UUID.test(text);
    case 'integer':
      return INTEGER.test(text) && fits(BigInt(text), INTEGER_BITS[column.typeName] ?? 64);
    case 'text':
    case 'loose-text':
    case 'zoned-time':
    case 'other': {
      // The padding of a char(n) is not part of its text.
      const isPadded = column.typeName === 'bpchar' && text.endsWith(' ');
      return !isPadded && !text.includes('\0') && text.isWellFormed();
    }
  }
}

function fits(value: bigint, bits: number): boolean {
  return BigInt.asIntN(bits, value) === value;
}

/** The type in which a key's texts are bound, so that nothing is done to the column and its index serves. */
export function keyType(column: Column): string {
  return column.typeClass === 'other' || column.typeClass === 'zoned-time'
    ? 'text'
    : column.baseType;
}

/** Whether the column's index finds a key. Types that are rarely keys are compared by their text. */
export function isIndexed(column: Column): boolean {
  return keyType(column) !== 'text' || column.typeClass === 'text';
}

/**
 * SQL that says whether the column is the key `key` (of `keyType`). Where the type takes other texts for the same key as well (case,
 * padding) the text itself has to agree.
 */
export function isKey(alias: string, column: Column, key: string): string {
  const own = `${alias}.${quoteName(column.name)}`;
  switch (column.typeClass) {
    case 'text':
    case 'uuid':
    case 'integer':
      return `${own} = ${key}`;
    case 'loose-text':
      return `${own} = ${key} AND ${own}::text COLLATE "C" = ${key}::text`;
    case 'zoned-time':
    case 'other':
      return `${textOf(alias, column)} COLLATE "C" = ${key}`;
  }
}

/** SQL that says whether the column is one of the keys in the array `keys` (of `keyType`). */
export function isOneOf(alias: string, column: Column, keys: string): string {
  const own = `${alias}.${quoteName(column.name)}`;
  switch (column.typeClass) {
    case 'text':
    case 'uuid':
    case 'integer':
      return `${own} = ANY(${keys})`;
    case 'loose-text':
      return `${own} = ANY(${keys}) AND ${own}::text COLLATE "C" = ANY(${keys}::text[])`;
    case 'zoned-time':
    case 'other':
      return `${textOf(alias, column)} COLLATE "C" = ANY(${keys})`;
  }
}

/**
 * SQL that joins a column to the key of another table. Types that differ meet in the key's type where the text can be one, so that
 * the key's index serves.
 */
export function joins(
  key: { readonly alias: string; readonly column: Column },
  other: { readonly alias: string; readonly column: Column },
): string {
  const left = `${key.alias}.${quoteName(key.column.name)}`;
  const right = `${other.alias}.${quoteName(other.column.name)}`;
  const sameText = `${textOf(key.alias, key.column)} COLLATE "C" = ${textOf(other.alias, other.column)}`;
  const classes = new Set([key.column.typeClass, other.column.typeClass]);
  if (
    classes.size === 1 &&
    (classes.has('text') || classes.has('uuid') || classes.has('integer'))
  ) {
    return `${left} = ${right}`;
  }
  if (classes.size === 1 && key.column.typeName === other.column.typeName) {
    return `${left} = ${right} AND ${sameText}`;
  }
  if (key.column.typeClass === 'uuid') {
    return `${left} = CASE WHEN ${right}::text ~ '${UUID.source}' THEN ${right}::text::uuid END`;
  }
  if (key.column.typeClass === 'integer') {
    const fitting = `CASE WHEN ${right}::text ~ '${INTEGER.source}' THEN ${right}::text::numeric END`;
    return `${left} = CASE WHEN ${fitting} BETWEEN -9223372036854775808 AND 9223372036854775807 THEN ${right}::text::bigint END`;
  }
  return sameText;
}
