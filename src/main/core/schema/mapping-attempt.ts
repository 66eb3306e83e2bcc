import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { CatalogueTable, MigrationMapping, TableMapping } from './migration-mapping.ts';
import type { RoleRule } from './roles.ts';

/** A mapping of one variant, or what it lacks and how many of the tables that only this variant has are there. */
export type MappingAttempt =
  | { readonly kind: 'found'; readonly mapping: MigrationMapping }
  | { readonly kind: 'missing'; readonly missing: readonly string[]; readonly signs: number };

/** One table of an attempt. */
export interface TableAttempt<Role extends string> {
  readonly table: TableMapping<Role>;
  readonly missing: readonly string[];
  /** 1 where a table of that name exists. */
  readonly signs: 0 | 1;
}

type Roles<Role extends string> = Readonly<Record<Role, RoleRule>>;

/** A column for each role. */
export function mapRoles<Role extends string>(
  roles: Roles<Role>,
  columnOf: (role: Role, rule: RoleRule) => string | null,
): Readonly<Record<Role, string | null>> {
  const names = Object.keys(roles) as Role[];
  return Object.fromEntries(names.map((role) => [role, columnOf(role, roles[role])])) as Record<
    Role,
    string | null
  >;
}

/** `column x.y` for each of `columns` that the table lacks. */
export function absentColumns(
  table: CatalogueTable,
  columns: readonly (string | null)[],
): readonly string[] {
  return columns
    .filter((column) => column !== null)
    .filter((column) => !table.columns.includes(column))
    .map((column) => `column ${table.name}.${column}`);
}

/** The error that names the candidates between which nothing decides. */
export function mappingAmbiguous(problem: string, candidates: readonly string[]): OperatorError {
  return new OperatorError('MAPPING_AMBIGUOUS', {
    message: `${problem}: ${candidates.join('; ')}.`,
    hint: 'Name the tables and columns of the one to roll back in a mapping file and set UNWIND_MAPPING to its path (docs/mapping-file.md).',
    details: { candidates },
  });
}

/** The error for a mapping that cannot be trusted with this database. */
export function mappingInvalid(
  problem: string,
  details: Readonly<Record<string, string | number | readonly string[]>>,
  cause?: unknown,
): OperatorError {
  return new OperatorError('MAPPING_INVALID', {
    message: `The tables and columns that track the migration cannot be trusted: ${problem}. Nothing was changed.`,
    hint: 'Correct the mapping file that UNWIND_MAPPING names, or make one (docs/mapping-file.md), and run "unwind preflight".',
    details,
    cause,
  });
}
