import { describe, expect, test } from 'vitest';
import { checkConnection } from '../../../src/main/adapters/postgres/check-connection.ts';
import { buildTls } from '../../../src/main/adapters/postgres/tls.ts';
import { certificatePath, serverTls } from '../../support/postgres/certificates.ts';
import { defaultEdition } from '../../support/postgres/editions.ts';
import { openTestSessions } from '../../support/postgres/open-test-sessions.ts';
import { aPostgresServer } from '../../support/postgres/start-postgres.ts';

describe.skipIf(defaultEdition.binPath === null)('checks of a PostgreSQL connection', () => {
  const server = aPostgresServer({
    tls: serverTls('server'),
    settings: { track_activities: 'off' },
  });

  test.each([
    ['none', 'ok', 'without leaving this machine'],
    ['encrypted', 'warning', 'Nobody checks who answers'],
    ['verify-ca', 'ok', 'host name is not compared'],
    ['verify-full', 'ok', 'with its host name'],
  ] as const)('say of TLS mode %s that it is %s', async (mode, state, finding) => {
    const tls = await buildTls({
      mode,
      rootCertificate: certificatePath('authority.crt'),
      clientCertificate: null,
      clientKey: null,
    });
    const sessions = openTestSessions(await server().createDatabase(), { tls });

    const [first] = await checkConnection(sessions, mode);

    expect(first).toMatchObject({
      name: 'database.server-identity',
      state,
      finding: expect.stringContaining(finding) as string,
    });
  });

  test('say that others will not see who holds the database when the server does not show statements', async () => {
    const sessions = openTestSessions(await server().createDatabase());

    expect((await checkConnection(sessions, 'none'))[1]).toMatchObject({
      name: 'database.lease',
      state: 'warning',
      fix: expect.stringContaining('track_activities = on') as string,
    });
  });

  test('say nothing of a server that lets nobody in: what is wrong is said once, elsewhere', async () => {
    const database = await server().createDatabase();
    const sessions = openTestSessions({
      ...database,
      connection: { ...database.connection, password: 'wrong' },
    });

    const finding = 'Not looked at: there is no connection (DATABASE_CREDENTIALS_REJECTED).';
    expect(await checkConnection(sessions, 'verify-full')).toMatchObject([
      { name: 'database.server-identity', state: 'skipped', finding },
      { name: 'database.lease', state: 'skipped', finding },
    ]);
  });
});
