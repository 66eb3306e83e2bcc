import { OperatorError } from '../../shared/domain/operator-error.ts';
import { postgresActivity } from '../adapters/postgres/activity.ts';
import { checkConnection } from '../adapters/postgres/check-connection.ts';
import { defaultLimits, type PostgresConnection } from '../adapters/postgres/connection.ts';
import { postgresLeases } from '../adapters/postgres/leases.ts';
import { openPostgresSessions } from '../adapters/postgres/open-sessions.ts';
import { openPostgresDatabase } from '../adapters/postgres/postgres-database.ts';
import { type PostgresSchema, readSchema } from '../adapters/postgres/schema.ts';
import type { PostgresSession } from '../adapters/postgres/session.ts';
import { buildTls } from '../adapters/postgres/tls.ts';
import type { CrashAt } from '../core/ports/crash-points.ts';
import type { DatabaseActivity } from '../core/ports/database-activity.ts';
import type { Leases } from '../core/ports/lease.ts';
import type { MigrationDatabase } from '../core/ports/migration-database.ts';
import type { CustomMapping } from '../core/schema/custom-mapping.ts';
import type { TargetSettings } from './config.ts';

/** A PostgreSQL database, with what guards it and shows who works on it. */
export interface OpenPostgres {
  readonly database: MigrationDatabase;
  readonly leases: Leases;
  readonly activity: DatabaseActivity;
  close(): Promise<void>;
}

/**
 * Builds a PostgreSQL target of the configuration. Connects when something is asked of it, not before.
 * @throws CONFIG_MISSING without a database or a user; @throws CONFIG_INVALID a certificate cannot be read.
 */
export async function openPostgres(
  settings: TargetSettings,
  {
    customMapping,
    crashAt,
  }: { readonly customMapping: CustomMapping | null; readonly crashAt: CrashAt },
): Promise<OpenPostgres> {
  const connection = await toConnection(settings);
  const { applicationName } = connection;
  const schemaOf = (session: PostgresSession): Promise<PostgresSchema> =>
    readSchema(session, sessions.location, customMapping);
  const unguarded = openPostgresSessions(connection);
  const leases = postgresLeases({
    sessions: unguarded,
    applicationName,
    findTable: async (session) => (await schemaOf(session)).records.relation.oid,
  });
  // Every writing transaction proves first that the lease is still held.
  const sessions = openPostgresSessions(connection, {
    guardWrite: leases.guardWrite,
    crashAt,
  });
  const database = openPostgresDatabase({ sessions, customMapping, rehearsalSessions: unguarded });
  const tlsMode = settings.postgres?.tlsMode ?? 'none';
  return {
    database: {
      ...database,
      diagnose: async () => [
        ...(await database.diagnose()),
        ...(await checkConnection(sessions, tlsMode)),
      ],
    },
    leases,
    activity: postgresActivity({
      sessions,
      applicationName,
      findTables: async (session) => {
        const { batches, records, files } = await schemaOf(session);
        return [batches, records, files].map(({ relation }) => relation.oid);
      },
    }),
    close: async () => {
      await sessions.close();
      await leases.close();
    },
  };
}

async function toConnection({ name, postgres }: TargetSettings): Promise<PostgresConnection> {
  // A guess (libpq takes the name of the user of this machine) could be another database.
  if (postgres === null || postgres.database === null) throw missing(name, 'POSTGRES_DB');
  if (postgres.user === null) throw missing(name, 'POSTGRES_USER');
  const { host, port, database, user, password, applicationName, searchPath, serverOptions } =
    postgres;
  return {
    host,
    port,
    database,
    user,
    password,
    applicationName,
    searchPath,
    serverOptions,
    tls: await buildTls({
      mode: postgres.tlsMode,
      rootCertificate: postgres.rootCertificate,
      clientCertificate: postgres.clientCertificate,
      clientKey: postgres.clientKey,
    }),
    limits: {
      connectTimeoutMs: postgres.connectTimeoutMs ?? defaultLimits.connectTimeoutMs,
      readStatementTimeoutMs: postgres.statementTimeoutMs ?? defaultLimits.readStatementTimeoutMs,
      writeStatementTimeoutMs: postgres.statementTimeoutMs ?? defaultLimits.writeStatementTimeoutMs,
      lockTimeoutMs: postgres.lockTimeoutMs ?? defaultLimits.lockTimeoutMs,
      idleInTransactionTimeoutMs:
        postgres.idleTimeoutMs ?? defaultLimits.idleInTransactionTimeoutMs,
    },
  };
}

function missing(target: string, setting: 'POSTGRES_DB' | 'POSTGRES_USER'): OperatorError {
  return new OperatorError('CONFIG_MISSING', {
    message: `Target ${target} is a PostgreSQL database, but ${setting} is not set.`,
    hint: `Set ${setting}. "unwind config show" says where each setting comes from.`,
    details: { target, setting },
  });
}
