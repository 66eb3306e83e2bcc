import { describe, expect, test } from 'vitest';
import { postgresEditions } from '../../support/postgres/editions.ts';
import { aPostgresServer } from '../../support/postgres/start-postgres.ts';

describe.each(postgresEditions)('test server PostgreSQL $name', (edition) => {
  const server = aPostgresServer({ edition });

  test('gives each test a fresh database', async () => {
    const database = await server().createDatabase();

    expect(await database.run('SELECT current_database()')).toEqual([[database.name]]);
  });

  test.skipIf(edition.binPath === null)('comes back on its port after SIGKILL', async () => {
    await server().kill();
    await server().start();

    const database = await server().createDatabase();
    expect(await database.run('SELECT 1')).toEqual([['1']]);
  });
});
