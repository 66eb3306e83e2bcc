import {
  absentColumns,
  type MappingAttempt,
  mappingAmbiguous,
  type TableAttempt,
} from './mapping-attempt.ts';
import type { CatalogueTable, MigrationMapping } from './migration-mapping.ts';
import {
  addedColumns,
  batchRoles,
  fileRoles,
  type RoleRule,
  recordRoles,
  tableNames,
} from './roles.ts';

/**
 * Looks for the set of the saved-file migration: two tables known by their names, and a file table known by the five columns that
 * the migration added to it, whatever its name. Pure.
 *
 * @throws MAPPING_AMBIGUOUS where two tables have the five columns.
 */
export function savedFileMapping(catalogue: readonly CatalogueTable[]): MappingAttempt {
  const names = tableNames.savedFile;
  const tracking: readonly string[] = Object.values(names);
  const batches = namedTable(catalogue, names.batches, batchRoles);
  const records = namedTable(catalogue, names.records, recordRoles);
  const files = fileTable(
    reachable(catalogue).filter(({ name }) => !tracking.includes(name)),
    batches.signs + records.signs === 2 ? 'tracked' : 'untracked',
  );
  const missing = [
    ...batches.missing,
    ...records.missing,
    ...files.missing,
    ...missingSource(records.table, files.table),
  ];
  if (missing.length > 0) {
    return { kind: 'missing', missing, signs: batches.signs + records.signs };
  }
  const mapping: Omit<MigrationMapping, 'evidence'> = {
    variant: 'saved-file',
    batches: batches.table,
    records: records.table,
    files: files.table,
  };
  return { kind: 'found', mapping: { ...mapping, evidence: evidenceFor(mapping) } };
}

function namedTable<Role extends string>(
  catalogue: readonly CatalogueTable[],
  name: string,
  roles: Readonly<Record<Role, RoleRule>>,
): TableAttempt<Role> {
  const table = catalogue.find((one) => one.name === name);
  if (table === undefined) {
    return { ...mapTable({ schema: null, name, columns: [] }, roles), missing: [`table ${name}`] };
  }
  return { ...mapTable(table, roles), signs: 1 };
}

function fileTable(
  tables: readonly CatalogueTable[],
  state: 'tracked' | 'untracked',
): TableAttempt<keyof typeof fileRoles> {
  const count = ({ columns }: CatalogueTable): number =>
    addedColumns.filter((column) => columns.includes(column)).length;
  const most = Math.max(0, ...tables.map(count));
  const closest = tables.filter((table) => most > 0 && count(table) === most);
  const [table] = closest;
  if (table === undefined || (most < addedColumns.length && closest.length > 1)) {
    const sought = { schema: null, name: 'the saved files', columns: [] };
    return {
      ...mapTable(sought, fileRoles),
      missing: [`table with the columns ${addedColumns.join(', ')}`],
    };
  }
  // Without the two tracking tables nothing is to be decided here: the set is not there anyway.
  if (closest.length > 1 && state === 'tracked') {
    throw mappingAmbiguous(
      'More than one table has the five columns that the saved-file migration adds',
      closest.map(({ schema, name }) => (schema === null ? name : `${schema}.${name}`)),
    );
  }
  const mapped = mapTable(table, fileRoles);
  return {
    ...mapped,
    missing: [...new Set([...absentColumns(table, addedColumns), ...mapped.missing])],
  };
}

/** Each role gets the first of its names that the table has; what is required and absent is asked for by its best name. */
function mapTable<Role extends string>(
  table: CatalogueTable,
  roles: Readonly<Record<Role, RoleRule>>,
): TableAttempt<Role> {
  const missing: string[] = [];
  const columns: Partial<Record<Role, string | null>> = {};
  for (const role of Object.keys(roles) as Role[]) {
    const { need, savedFile } = roles[role];
    const column = savedFile.find((name) => table.columns.includes(name)) ?? null;
    columns[role] = column;
    if (column === null && need === 'required') {
      missing.push(`column ${table.name}.${savedFile[0] ?? role}`);
    }
  }
  return {
    table: {
      schema: table.schema,
      name: table.name,
      columns: columns as Record<Role, string | null>,
    },
    missing,
    signs: 0,
  };
}

/** Where neither table knows the original's path, nothing about an original could ever be proved. */
function missingSource(
  records: MigrationMapping['records'],
  files: MigrationMapping['files'],
): readonly string[] {
  if (records.columns.sourcePath !== null || files.columns.sourcePath !== null) return [];
  return [`column ${records.name}.source_path`];
}

function evidenceFor(mapping: Omit<MigrationMapping, 'evidence'>): readonly string[] {
  const { batches, records, files } = mapping;
  const evidence = [
    `${batches.name} and ${records.name} are the tables of the saved-file migration.`,
    `${files.name} has the five columns that it adds: ${addedColumns.join(', ')}.`,
    `A record names its file by ${records.name}.${String(records.columns.fileId)}.`,
  ];
  if (records.columns.targetKey === null) {
    evidence.push(
      `${records.name} has no column for the key: it is read from ${files.name}.r2_key, which a rollback clears.`,
    );
  }
  if (records.columns.sourcePath === null) {
    evidence.push(
      `${records.name} has no column for the original: it is read from ${files.name}.${String(files.columns.sourcePath)}.`,
    );
  }
  const absent = [
    ...(['completedFiles', 'failedFiles', 'verifiedFiles', 'completedAt'] as const)
      .filter((role) => batches.columns[role] === null)
      .map((role) => `${batches.name}.${batchRoles[role].savedFile[0] ?? role}`),
    ...(['completedAt'] as const)
      .filter((role) => records.columns[role] === null)
      .map((role) => `${records.name}.${recordRoles[role].savedFile[0] ?? role}`),
    ...(['updatedAt'] as const)
      .filter((role) => files.columns[role] === null)
      .map((role) => `${files.name}.${fileRoles[role].savedFile[0] ?? role}`),
  ];
  if (absent.length > 0) evidence.push(`Not there, so never written: ${absent.join(', ')}.`);
  return evidence;
}

/** The tables that an unqualified name reaches: of two with the same name the first. */
function reachable(catalogue: readonly CatalogueTable[]): readonly CatalogueTable[] {
  const byName = new Map<string, CatalogueTable>();
  for (const table of catalogue) if (!byName.has(table.name)) byName.set(table.name, table);
  return [...byName.values()];
}
