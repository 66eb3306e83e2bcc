import type { CustomMapping, CustomTable } from './custom-mapping.ts';
import {
  absentColumns,
  type MappingAttempt,
  mappingAmbiguous,
  mappingInvalid,
  mapRoles,
  type TableAttempt,
} from './mapping-attempt.ts';
import type { CatalogueTable, FileRole, MigrationMapping } from './migration-mapping.ts';
import { batchRoles, fileRoles, type RoleRule, recordRoles, tableNames } from './roles.ts';
import { savedFileMapping } from './saved-file-mapping.ts';

/**
 * A mapping; what keeps the tables from being one (`table x`, `column x.y`); or several mappings that fit equally well: then
 * `settleRivals` decides by which of them tracks anything.
 */
export type FoundMapping =
  | { readonly kind: 'found'; readonly mapping: MigrationMapping }
  | { readonly kind: 'missing'; readonly missing: readonly string[] }
  | { readonly kind: 'rivals'; readonly rivals: readonly MigrationMapping[] };

/**
 * Finds the tables that track a migration among those of a database, by what is there. Pure.
 *
 * `catalogue` holds the tables that an unqualified name reaches, in the order in which the database looks for them: of two tables
 * with the same name the first counts. With a `custom` mapping nothing is guessed: it holds, or what it names is missing. What is
 * missing is said of the variant that the database comes closest to.
 *
 * @throws MAPPING_AMBIGUOUS where two tables could be the file table.
 * @throws MAPPING_INVALID where a custom mapping leaves a required role out.
 */
export function findMapping(
  catalogue: readonly CatalogueTable[],
  custom: CustomMapping | null = null,
): FoundMapping {
  if (custom !== null) return customMapping(catalogue, custom);
  const reference = referenceMapping(catalogue);
  const savedFile = savedFileMapping(catalogue);
  if (reference.kind === 'found' && savedFile.kind === 'found') {
    return { kind: 'rivals', rivals: [reference.mapping, savedFile.mapping] };
  }
  if (reference.kind === 'found') return reference;
  if (savedFile.kind === 'found') return savedFile;
  const closest = savedFile.signs > reference.signs ? savedFile : reference;
  return { kind: 'missing', missing: closest.missing };
}

/**
 * Decides between mappings that fit equally well by which of them have records; the first where none has any.
 *
 * @throws MAPPING_AMBIGUOUS where more than one has.
 */
export function settleRivals(
  rivals: readonly MigrationMapping[],
  withRecords: ReadonlySet<MigrationMapping>,
): MigrationMapping {
  const [chosen = rivals[0], ...others] = rivals.filter((rival) => withRecords.has(rival));
  if (chosen === undefined || others.length > 0) {
    throw mappingAmbiguous(
      'Two migrations are tracked in this database, and both have records',
      rivals.map(({ records, files }) => `${records.name} with ${files.name}`),
    );
  }
  const reason =
    withRecords.size === 0
      ? `No table of records holds any, so that ${chosen.records.name} was taken.`
      : `Only ${chosen.records.name} holds records; ${rivals
          .filter((rival) => rival !== chosen)
          .map(({ records }) => records.name)
          .join(', ')} is empty.`;
  return { ...chosen, evidence: [...chosen.evidence, reason] };
}

function referenceMapping(catalogue: readonly CatalogueTable[]): MappingAttempt {
  const names = tableNames.reference;
  const batches = referenceTable(catalogue, names.batches, batchRoles);
  const records = referenceTable(catalogue, names.records, recordRoles);
  const files = referenceTable(catalogue, names.files, fileRoles);
  const missing = [...batches.missing, ...records.missing, ...files.missing];
  if (missing.length > 0) {
    // `files` says nothing: many an application has a table of that name.
    return { kind: 'missing', missing, signs: batches.signs + records.signs };
  }
  return {
    kind: 'found',
    mapping: {
      variant: 'reference',
      batches: batches.table,
      records: records.table,
      files: files.table,
      evidence: [
        'migration_batches, file_migrations and files have the columns of the rollback guide.',
      ],
    },
  };
}

function referenceTable<Role extends string>(
  catalogue: readonly CatalogueTable[],
  name: string,
  roles: Readonly<Record<Role, RoleRule>>,
): TableAttempt<Role> {
  const columns = mapRoles(roles, (_, rule) => rule.reference);
  const table = catalogue.find((one) => one.name === name);
  if (table === undefined) {
    return {
      table: { schema: null, name, columns },
      missing: [`table ${name}`],
      signs: 0,
    };
  }
  return {
    table: { schema: table.schema, name, columns },
    missing: absentColumns(table, Object.values(columns)),
    signs: 1,
  };
}

function customMapping(
  catalogue: readonly CatalogueTable[],
  { source, tables, mayLack = [] }: CustomMapping,
): FoundMapping {
  requireRoles(source, tables);
  requireDistinct(source, tables);
  const batches = customTable(catalogue, tables.batches, batchRoles);
  const records = customTable(catalogue, tables.records, recordRoles);
  const files = customTable(catalogue, presentPart(catalogue, tables.files, mayLack), fileRoles);
  const missing = [...batches.missing, ...records.missing, ...files.missing];
  if (missing.length > 0) return { kind: 'missing', missing };
  const mapping = {
    variant: 'custom',
    batches: batches.table,
    records: records.table,
    files: files.table,
    evidence: [`Tables and columns were taken from ${source}.`],
  } as const;
  return { kind: 'found', mapping };
}

/** The file table without the columns that may be gone, and are. */
function presentPart(
  catalogue: readonly CatalogueTable[],
  custom: CustomTable<FileRole>,
  mayLack: readonly string[],
): CustomTable<FileRole> {
  if (mayLack.length === 0) return custom;
  const table = catalogue.find(
    ({ schema, name }) =>
      name === custom.name && (custom.schema === null || schema === custom.schema),
  );
  const gone = mayLack.filter((column) => table?.columns.includes(column) === false);
  const columns = mapRoles(fileRoles, (role) => {
    const column = custom.columns[role] ?? null;
    return column !== null && gone.includes(column) ? null : column;
  });
  return { ...custom, columns };
}

/** @throws MAPPING_INVALID naming the roles that have no column although nothing can be rolled back without them. */
function requireRoles(source: string, { batches, records, files }: CustomMapping['tables']): void {
  const absent = [
    ...unmappedRoles('batches', batches, batchRoles),
    ...unmappedRoles('records', records, recordRoles),
    ...unmappedRoles('files', files, fileRoles),
  ];
  const hasPath = [records.columns.sourcePath, files.columns.sourcePath].some(
    (column) => typeof column === 'string',
  );
  if (!hasPath) absent.push('records.sourcePath or files.sourcePath');
  if (absent.length === 0) return;
  throw mappingInvalid(`${source} names no column for ${absent.join(', ')}`, { missing: absent });
}

/** @throws MAPPING_INVALID where two roles share a column: what is written for the one would overwrite the other. */
function requireDistinct(
  source: string,
  { batches, records, files }: CustomMapping['tables'],
): void {
  const shared = [
    ...sharedColumns('batches', batches),
    ...sharedColumns('records', records),
    ...sharedColumns('files', files),
  ];
  if (shared.length === 0) return;
  throw mappingInvalid(`${source} gives one column to two roles: ${shared.join('; ')}`, { shared });
}

function sharedColumns<Role extends string>(label: string, table: CustomTable<Role>): string[] {
  const rolesOf = new Map<string, Role[]>();
  for (const role of Object.keys(table.columns) as Role[]) {
    const column = table.columns[role];
    if (typeof column !== 'string') continue;
    rolesOf.set(column, [...(rolesOf.get(column) ?? []), role]);
  }
  return [...rolesOf]
    .filter(([, roles]) => roles.length > 1)
    .map(([column, roles]) => `${label}.${roles.join(` and ${label}.`)} (${column})`);
}

function unmappedRoles<Role extends string>(
  label: string,
  table: CustomTable<Role>,
  roles: Readonly<Record<Role, RoleRule>>,
): string[] {
  return (Object.keys(roles) as Role[])
    .filter((role) => roles[role].need === 'required')
    .filter((role) => typeof table.columns[role] !== 'string')
    .map((role) => `${label}.${role}`);
}

function customTable<Role extends string>(
  catalogue: readonly CatalogueTable[],
  custom: CustomTable<Role>,
  roles: Readonly<Record<Role, RoleRule>>,
): TableAttempt<Role> {
  const columns = mapRoles(roles, (role) => custom.columns[role] ?? null);
  const table = catalogue.find(
    (one) => one.name === custom.name && (custom.schema === null || one.schema === custom.schema),
  );
  const shown = custom.schema === null ? custom.name : `${custom.schema}.${custom.name}`;
  const missing =
    table === undefined ? [`table ${shown}`] : absentColumns(table, Object.values(columns));
  return {
    table: { schema: table?.schema ?? custom.schema, name: custom.name, columns },
    missing,
    signs: table === undefined ? 0 : 1,
  };
}
