import type {
  DatabaseDescription,
  MigrationDatabase,
} from '../../core/ports/migration-database.ts';
import type { CustomMapping } from '../../core/schema/custom-mapping.ts';
import { isForDrop, onceTrusted, withRehearsal } from '../../core/schema/trust-mapping.ts';
import { diagnose } from './diagnose.ts';
import { openPostgresReader } from './postgres-reader.ts';
import { openPostgresWriter } from './postgres-writer.ts';
import { rehearsePostgres } from './rehearse-postgres.ts';
import { requireUniqueRows } from './schema.ts';
import type { PostgresSession, PostgresSessions } from './session.ts';
import { openWithSchema, type PostgresPlace } from './tuned-session.ts';

/** A PostgreSQL database, reached over connections that the caller opened and closes. */
export interface PostgresDatabaseOptions {
  readonly sessions: PostgresSessions;
  /** The operator's mapping file; left out or `null`: the tables are found by what is there. */
  readonly customMapping?: CustomMapping | null;
  /** Connections whose writing transactions ask for no lease, for rehearsals in temporary tables; `sessions` when left out. */
  readonly rehearsalSessions?: PostgresSessions;
}

/** The migration database on a PostgreSQL server. Opens nothing yet: every call and every reader or writer takes a session of its own. */
export function openPostgresDatabase(options: PostgresDatabaseOptions): MigrationDatabase {
  const place: PostgresPlace = {
    sessions: options.sessions,
    customMapping: options.customMapping ?? null,
  };
  const rehearsalPlace: PostgresPlace = {
    ...place,
    sessions: options.rehearsalSessions ?? options.sessions,
  };
  const trustMapping = onceTrusted(() => rehearse(place, rehearsalPlace));
  return {
    describe: async () => withRehearsal(await describe(place), await trustMapping()),
    openReader: () => openPostgresReader(place),
    openWriter: async () => {
      await trustMapping();
      return openPostgresWriter(place);
    },
    diagnose: () => diagnose({ ...place, rehearse: trustMapping }),
  };
}

/** Asks first on a reading session: the reference schema needs no rehearsal, and then no session that may write. */
async function rehearse(
  place: PostgresPlace,
  rehearsalPlace: PostgresPlace,
): Promise<string | null> {
  if (isForDrop(place.customMapping)) return null;
  const { session, schema } = await openWithSchema(place, 'read');
  await session.close();
  return schema.mapping.variant === 'reference' ? null : rehearsePostgres(rehearsalPlace);
}

async function describe(place: PostgresPlace): Promise<DatabaseDescription> {
  const { location } = place.sessions;
  const { session, schema } = await openWithSchema(place, 'read');
  try {
    await requireUniqueRows(session, schema, location);
    return {
      kind: 'postgres',
      location,
      identity: await readIdentity(session, schema.batches.relation.schema, location),
      version: `PostgreSQL ${await readVersion(session)}`,
      triggers: schema.updateTriggers,
      mapping: schema.mapping,
    };
  } finally {
    await session.close();
  }
}

async function readVersion(session: PostgresSession): Promise<string> {
  const { rows } = await session.query(`SELECT current_setting('server_version')`);
  return rows[0]?.[0] ?? 'of unknown version';
}

/**
 * The server's data (its system identifier, the same on a standby that took over), the database and the schema. Where the role may not
 * read the identifier, the address stands for it.
 */
async function readIdentity(
  session: PostgresSession,
  schema: string,
  location: string,
): Promise<string> {
  const { rows } = await session.query(
    `SELECT oid::text, has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE')::text
     FROM pg_database WHERE datname = current_database()`,
  );
  const [database, mayAsk] = rows[0] ?? [];
  if (mayAsk !== 'true') return `postgres:${location}/${schema}`;
  const system = await session.query('SELECT system_identifier::text FROM pg_control_system()');
  return `postgres:${String(system.rows[0]?.[0])}/${String(database)}/${schema}`;
}
