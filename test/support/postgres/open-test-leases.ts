import type { PostgresConnection } from '../../../src/main/adapters/postgres/connection.ts';
import { type PostgresLeases, postgresLeases } from '../../../src/main/adapters/postgres/leases.ts';
import { openPostgresSessions } from '../../../src/main/adapters/postgres/open-sessions.ts';

/** Leases of the table `t` of a database. */
export function openTestLeases(connection: PostgresConnection): PostgresLeases {
  return postgresLeases({
    sessions: openPostgresSessions(connection),
    applicationName: connection.applicationName,
    findTable: async (session) => {
      const { rows } = await session.query("SELECT 't'::regclass::oid::text");
      return rows[0]?.[0] ?? '';
    },
  });
}
