import { describe, onTestFinished } from 'vitest';
import { startLeaseProcess } from '../support/d1/lease-process.ts';
import { postgresEditions } from '../support/postgres/editions.ts';
import { openTestLeases } from '../support/postgres/open-test-leases.ts';
import { aConnection } from '../support/postgres/open-test-sessions.ts';
import { aPostgresServer } from '../support/postgres/start-postgres.ts';
import { describeLeases } from './leases.suite.ts';

const child = new URL('../support/postgres/lease-child.ts', import.meta.url);

describe.each(postgresEditions)('PostgreSQL $name', (edition) => {
  const server = aPostgresServer({ edition });

  describeLeases('a PostgreSQL database', async () => {
    const database = await server().createDatabase();
    await database.run('CREATE TABLE t (id bigint PRIMARY KEY)');
    const connection = aConnection(database);
    return {
      leases: () => {
        const leases = openTestLeases(connection);
        onTestFinished(() => leases.close());
        return leases;
      },
      startProcess: (runId: string) =>
        startLeaseProcess({ script: child, target: JSON.stringify(connection), runId }),
    };
  });
});
