import { onTestFinished } from 'vitest';
import {
  defaultLimits,
  type PostgresConnection,
} from '../../../src/main/adapters/postgres/connection.ts';
import { openPostgresSessions } from '../../../src/main/adapters/postgres/open-sessions.ts';
import type { PostgresSessions } from '../../../src/main/adapters/postgres/session.ts';
import type { TestDatabase } from './start-postgres.ts';

/** How Unwind connects to a test database, as its superuser unless `changes` says otherwise. */
export function aConnection(
  database: TestDatabase,
  changes: Partial<PostgresConnection> = {},
): PostgresConnection {
  return {
    ...database.connection,
    tls: 'none',
    applicationName: 'unwind',
    searchPath: null,
    serverOptions: null,
    limits: defaultLimits,
    ...changes,
  };
}

/** Sessions on a test database that are closed when the test ends. */
export function openTestSessions(
  database: TestDatabase,
  changes: Partial<PostgresConnection> = {},
): PostgresSessions {
  const sessions = openPostgresSessions(aConnection(database, changes));
  onTestFinished(() => sessions.close());
  return sessions;
}
