import { chmod, copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildTls, type TlsFiles } from '../../../src/main/adapters/postgres/tls.ts';
import { aTempFolder } from '../../support/d1/temp-folder.ts';
import { certificatePath, serverTls } from '../../support/postgres/certificates.ts';
import { defaultEdition } from '../../support/postgres/editions.ts';
import { openTestSessions } from '../../support/postgres/open-test-sessions.ts';
import { aPostgresServer, type PostgresServer } from '../../support/postgres/start-postgres.ts';

const byAuthority = certificatePath('authority.crt');
const encryptedOnly = [
  'local all all scram-sha-256',
  'hostssl all all 127.0.0.1/32 scram-sha-256',
  'host postgres all 127.0.0.1/32 scram-sha-256',
];

/** Opens a session, gives whether the server says that it is encrypted. */
async function encryptionOf(
  server: PostgresServer,
  files: Partial<TlsFiles>,
  host = '127.0.0.1',
): Promise<string | null | undefined> {
  const tls = await buildTls({
    mode: 'verify-full',
    rootCertificate: byAuthority,
    clientCertificate: null,
    clientKey: null,
    ...files,
  });
  const database = { ...server.connection, host };
  const session = await openTestSessions(
    {
      name: 'postgres',
      connection: database,
      run: () => Promise.resolve([]),
      connect: () => Promise.reject(new Error()),
    },
    { tls },
  ).open('read');
  const { rows } = await session.query('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()');
  return rows[0]?.[0];
}

describe.skipIf(defaultEdition.binPath === null)(
  'TLS to a PostgreSQL server with a good certificate',
  () => {
    const server = aPostgresServer({ tls: serverTls('server'), clients: encryptedOnly });

    test('is used when authority and host name are right, by name and by address', async () => {
      expect(await encryptionOf(server(), {})).toBe('t');
      expect(await encryptionOf(server(), {}, 'localhost')).toBe('t');
    });

    test('is refused when another authority is trusted', async () => {
      const stranger = certificatePath('stranger.crt');

      await expect(encryptionOf(server(), { rootCertificate: stranger })).rejects.toMatchObject({
        code: 'DATABASE_TLS_FAILED',
      });
      await expect(
        encryptionOf(server(), { mode: 'verify-ca', rootCertificate: stranger }),
      ).rejects.toMatchObject({ code: 'DATABASE_TLS_FAILED' });
    });

    test('is refused when only the authorities of this machine are trusted', async () => {
      for (const rootCertificate of [null, 'system']) {
        await expect(encryptionOf(server(), { rootCertificate })).rejects.toMatchObject({
          code: 'DATABASE_TLS_FAILED',
        });
      }
    });

    test('is used without asking who answers when that was chosen', async () => {
      const stranger = certificatePath('stranger.crt');

      expect(await encryptionOf(server(), { mode: 'encrypted', rootCertificate: stranger })).toBe(
        't',
      );
    });

    test('carries a client certificate, whose key nobody else may read', async () => {
      const clientKey = join(aTempFolder(), 'client.key');
      await copyFile(certificatePath('client.key'), clientKey);
      const files = { clientCertificate: certificatePath('client.crt'), clientKey };

      await chmod(clientKey, 0o600);
      expect(await encryptionOf(server(), files)).toBe('t');

      await chmod(clientKey, 0o644);
      await expect(encryptionOf(server(), files)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    });

    test('needs files in PEM form', async () => {
      const rootCertificate = certificatePath('README.md');

      await expect(encryptionOf(server(), { rootCertificate })).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
      });
    });

    test('protects the cancel request too', async () => {
      const tls = await buildTls({
        mode: 'verify-full',
        rootCertificate: byAuthority,
        clientCertificate: null,
        clientKey: null,
      });
      const database = await server()
        .createDatabase()
        .catch(() => undefined);
      const connection = database?.connection ?? server().connection;
      const sessions = openTestSessions(
        {
          name: connection.database,
          connection,
          run: () => Promise.resolve([]),
          connect: () => Promise.reject(new Error()),
        },
        { tls },
      );
      const session = await sessions.open('read');
      const sleeping = session.query('SELECT pg_sleep(30)').catch((error: unknown) => error);

      await session.close();

      expect(await sleeping).toMatchObject({ code: 'DATABASE_TIMEOUT' });
    });
  },
);

describe.skipIf(defaultEdition.binPath === null)(
  'TLS to a PostgreSQL server of another name',
  () => {
    const server = aPostgresServer({ tls: serverTls('elsewhere') });

    test('is refused by verify-full, and accepted by verify-ca', async () => {
      await expect(encryptionOf(server(), {})).rejects.toMatchObject({
        code: 'DATABASE_TLS_FAILED',
      });
      expect(await encryptionOf(server(), { mode: 'verify-ca' })).toBe('t');
    });
  },
);

describe.skipIf(defaultEdition.binPath === null)(
  'TLS to a PostgreSQL server whose certificate has expired',
  () => {
    const server = aPostgresServer({ tls: serverTls('expired') });

    test('is refused by both ways of checking', async () => {
      for (const mode of ['verify-full', 'verify-ca'] as const) {
        await expect(encryptionOf(server(), { mode })).rejects.toMatchObject({
          code: 'DATABASE_TLS_FAILED',
        });
      }
    });
  },
);

describe.skipIf(defaultEdition.binPath === null)('TLS to a PostgreSQL server that has none', () => {
  const server = aPostgresServer();

  test('is refused before a password is sent', async () => {
    const refused = encryptionOf(server(), { mode: 'encrypted' });

    await expect(refused).rejects.toMatchObject({
      code: 'DATABASE_TLS_FAILED',
      message: expect.stringContaining('does not speak TLS') as string,
    });
  });
});
