import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { Answer } from '../../core/ports/diagnosis.ts';
import type { Column } from './columns.ts';
import { type PostgresSchema, requireUniqueRows, type TrackedSchema } from './schema.ts';
import type { PostgresSession } from './session.ts';
import { quoteName } from './sql-names.ts';

/** Row security shows when the schema is read: that refuses to go on where rows may be hidden. */
export async function lookAtRowSecurity(known: () => Promise<unknown>): Promise<Answer> {
  try {
    await known();
  } catch (error) {
    // What else keeps the schema from being read is for the next check to say.
    if (error instanceof OperatorError && error.code === 'DATABASE_DENIED') throw error;
  }
  return ok('Every row of the tables is visible to this role.');
}

/** Proves with a write to the real table, which would change no row, that a reading session cannot write. */
export async function lookAtReadOnly(
  session: PostgresSession,
  { records }: PostgresSchema,
): Promise<Answer> {
  const key = quoteName(records.key.name);
  try {
    await session.transaction('read', () =>
      session.query(`UPDATE ${records.sqlName} SET ${key} = ${key} WHERE false`),
    );
  } catch (error) {
    if (error instanceof OperatorError && error.code === 'DATABASE_READ_ONLY') {
      return ok(`The server refused an UPDATE of ${records.sqlName} (SQLSTATE 25006).`);
    }
    throw error;
  }
  return {
    state: 'failed',
    finding: `The server let an UPDATE of ${records.sqlName} through on a read-only session; it changed no row.`,
    fix: 'Do not use this installation, and report it: a plan could change the database.',
  };
}

const written = {
  records: ['status', 'completedAt'],
  files: ['r2Key', 'checksum', 'updatedAt', 'migratedAt', 'migrationStatus', 'migrationBatchId'],
  batches: ['completedFiles', 'failedFiles', 'verifiedFiles', 'status', 'completedAt'],
} as const;

/** The columns of each table that a run writes. */
function writtenColumns({ records, files, batches }: PostgresSchema): readonly {
  readonly table: TrackedSchema<string>;
  readonly columns: readonly Column[];
}[] {
  const present = <Role extends string>(
    { roles }: TrackedSchema<Role>,
    names: readonly Role[],
  ): readonly Column[] => names.map((role) => roles[role]).filter((column) => column !== null);
  return [
    { table: records, columns: present(records, written.records) },
    { table: files, columns: present(files, written.files) },
    { table: batches, columns: present(batches, written.batches) },
  ];
}

/** SELECT on each table, and UPDATE on each column that a run writes. */
export async function lookAtRights(
  session: PostgresSession,
  schema: PostgresSchema,
): Promise<Answer> {
  const grants: string[] = [];
  const lacking: string[] = [];
  for (const { table, columns } of writtenColumns(schema)) {
    const { rows } = await session.query(
      `SELECT has_table_privilege($1::oid, 'SELECT')::text,
         (SELECT json_agg(name)::text FROM unnest($2::text[]) AS name
          WHERE NOT has_column_privilege($1::oid, name, 'UPDATE'))`,
      [table.relation.oid, columns.map(({ name }) => name)],
    );
    const [mayRead, denied] = rows[0] ?? [];
    const names = denied === null || denied === undefined ? [] : columnNames(denied);
    if (mayRead !== 'true') {
      lacking.push(`SELECT on ${table.sqlName}`);
      grants.push(`GRANT SELECT ON ${table.sqlName} TO CURRENT_USER;`);
    }
    if (names.length > 0) {
      lacking.push(`UPDATE of ${names.join(', ')} on ${table.sqlName}`);
      const list = names.map(quoteName).join(', ');
      grants.push(`GRANT UPDATE (${list}) ON ${table.sqlName} TO CURRENT_USER;`);
    }
  }
  if (lacking.length === 0) return ok('SELECT and UPDATE on the three tables.');
  const { rows } = await session.query('SELECT quote_ident(current_user)');
  return {
    state: 'failed',
    finding: `The role lacks ${lacking.join('; ')}.`,
    fix: 'Grant it as the owner of the tables.',
    statement: grants.join(' ').replaceAll('CURRENT_USER', rows[0]?.[0] ?? 'CURRENT_USER'),
  };
}

function columnNames(json: string): readonly string[] {
  const parsed: unknown = JSON.parse(json);
  return Array.isArray(parsed) ? parsed.map(String) : [];
}

export async function lookAtUniqueKeys(
  session: PostgresSession,
  schema: PostgresSchema,
  location: string,
): Promise<Answer> {
  const counted = [schema.batches, schema.records, schema.files].filter(
    ({ uniqueness }) => uniqueness === 'by-rows',
  );
  await requireUniqueRows(session, schema, location);
  if (counted.length === 0) return ok('An index proves it for each of the three tables.');
  const names = counted.map(({ sqlName }) => sqlName).join(', ');
  return {
    state: 'warning',
    finding: `No row repeats a key now, but no index keeps it so for all parts of ${names}: every run counts the keys first.`,
    fix: 'Nothing, while nothing else writes new rows with keys of old ones.',
  };
}

/** What a rollback writes into columns whose definition may not allow it. */
export async function lookAtValues(
  session: PostgresSession,
  schema: PostgresSchema,
): Promise<Answer> {
  const problems: string[] = [];
  for (const column of [schema.files.roles.r2Key, schema.files.roles.checksum]) {
    if (column?.isNotNull === true) {
      problems.push(`${column.table}.${column.name} is NOT NULL, and a rollback sets it to NULL`);
    }
  }
  for (const { status } of [schema.records.roles, schema.batches.roles]) {
    if (status === null) continue;
    const length = /\((\d+)\)$/.exec(status.shownType)?.[1];
    if (length !== undefined && Number(length) < 'rolled_back'.length) {
      problems.push(
        `${status.table}.${status.name} is too short for rolled_back (${status.shownType})`,
      );
    }
  }
  problems.push(...(await statusProblems(session, schema)));
  if (problems.length === 0) {
    return ok("Keys and checksums may be NULL, and a status may be 'rolled_back'.");
  }
  return {
    state: 'failed',
    finding: `${problems.join('; ')}.`,
    fix: 'Change the definition (ALTER TABLE … ALTER COLUMN … DROP NOT NULL, ALTER TYPE … ADD VALUE, a wider CHECK).',
  };
}

/** Enum labels and CHECK constraints that know no `rolled_back`. */
async function statusProblems(
  session: PostgresSession,
  schema: PostgresSchema,
): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const { relation, roles } of [schema.records, schema.batches]) {
    if (roles.status === null) continue;
    const { rows } = await session.query(
      `SELECT
         (SELECT bool_or(e.enumlabel = 'rolled_back')::text FROM pg_enum e
          JOIN pg_attribute a ON a.atttypid = e.enumtypid
          WHERE a.attrelid = $1::oid AND a.attname = $2::text),
         (SELECT string_agg(c.conname::text, ', ') FROM pg_constraint c
          JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey)
          WHERE c.conrelid = $1::oid AND a.attname = $2::text AND c.contype = 'c'
            AND pg_get_constraintdef(c.oid) LIKE '%''%'
            AND pg_get_constraintdef(c.oid) NOT LIKE '%''rolled_back''%')`,
      [relation.oid, roles.status.name],
    );
    const [knowsLabel, checks] = rows[0] ?? [];
    const place = `${relation.name}.${roles.status.name}`;
    if (knowsLabel === 'false') {
      problems.push(`the enum of ${place} has no label rolled_back`);
    }
    if (checks !== null && checks !== undefined) {
      problems.push(`the CHECK ${checks} on ${place} does not name rolled_back`);
    }
  }
  return problems;
}

/** Triggers and rules that act when a rollback changes rows. */
export function lookAtTriggers({ updateTriggers }: PostgresSchema): Answer {
  if (updateTriggers.length === 0) return ok('None on UPDATE of the tables of the migration.');
  return {
    state: 'warning',
    finding: `${updateTriggers.join(', ')} will fire for each row that a rollback changes; rows are read back, and a run stops where one changed them further.`,
    fix: 'Read what they do. Disable those that must not fire for the time of the run (ALTER TABLE … DISABLE TRIGGER …).',
  };
}

function ok(finding: string): Answer {
  return { state: 'ok', finding, fix: null };
}
