import type { RecordSelector } from '../../core/ports/migration-database.ts';
import { type Column, textOf } from './columns.ts';
import { isKey, keyTexts, keyType } from './keys.ts';
import { momentOf } from './moment.ts';
import type { PostgresSchema } from './schema.ts';
import type { Parameter } from './session.ts';

/** A condition over the records `m` left joined to the files `f`, with the values it binds from `$1` on. */
export interface ScopeFilter {
  readonly where: string;
  readonly values: readonly Parameter[];
  /** Whether the condition looks at `f`, so that the join is needed to count. */
  readonly needsFile: boolean;
}

/** SQL for when a record's migration started: `startedAt`, else `createdAt`. */
export function startedAt(schema: PostgresSchema): string {
  const { startedAt: started, createdAt: created } = schema.records.roles;
  return `coalesce(${momentOf('m', started)}, ${momentOf('m', created)})`;
}

/** The condition for the records that `selector` matches. Texts are compared byte by byte, whatever the column's collation. */
export function scopeFilter(schema: PostgresSchema, selector: RecordSelector): ScopeFilter {
  const { scope, include } = selector;
  const { records, files } = schema;
  const terms: string[] = [];
  const values: Parameter[] = [];
  const bind = (value: Parameter): string => `$${String(values.push(value))}`;
  const addKey = (alias: string, column: Column | null, key: string): void => {
    if (column === null) {
      terms.push('false');
      return;
    }
    const [known = null] = keyTexts(column, [key]);
    terms.push(isKey(alias, column, `${bind(known)}::${keyType(column)}`));
  };
  const status = `${textOf('m', records.roles.status)} COLLATE "C"`;
  if (scope.batchId !== undefined) addKey('m', records.roles.batchId, scope.batchId);
  if (scope.userId !== undefined) addKey('f', files.roles.userId, scope.userId);
  if (scope.failedOnly) terms.push(`${status} = 'failed'`);
  if (scope.startDate !== undefined) {
    terms.push(`${startedAt(schema)} >= ${bind(scope.startDate)}::timestamp AT TIME ZONE 'UTC'`);
  }
  if (scope.endDate !== undefined) {
    terms.push(
      `${startedAt(schema)} < (${bind(scope.endDate)}::timestamp + interval '1 day') AT TIME ZONE 'UTC'`,
    );
  }
  if (include === 'live') terms.push(`${status} IS DISTINCT FROM 'rolled_back'`);
  return {
    where: terms.length === 0 ? '' : `WHERE ${terms.join(' AND ')}`,
    values,
    needsFile: scope.userId !== undefined,
  };
}
