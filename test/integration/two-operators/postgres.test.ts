import { aPostgresMigration } from '../../support/migration/a-postgres-migration.ts';
import { aPostgresServer } from '../../support/postgres/start-postgres.ts';
import { describeTwoOperators, FILES } from './two-operators.suite.ts';

const server = aPostgresServer();

describeTwoOperators('PostgreSQL', async (r2, proxy) => {
  const database = await server().createDatabase();
  const migration = await aPostgresMigration(r2, database, FILES);
  await database.run('CREATE TABLE history (record_id text NOT NULL)');
  await database.run(
    `CREATE FUNCTION keep_history() RETURNS trigger LANGUAGE plpgsql AS
     'BEGIN INSERT INTO history VALUES (new.id); RETURN NULL; END'`,
  );
  await database.run(
    `CREATE TRIGGER keep_history AFTER UPDATE OF status ON file_migrations FOR EACH ROW
     WHEN (new.status = 'rolled_back' AND old.status IS DISTINCT FROM 'rolled_back') EXECUTE FUNCTION keep_history()`,
  );
  return {
    env: { ...migration.env(), R2_ENDPOINT: proxy.endpoint },
    world: () => migration.world(),
    takeResets: async () => {
      const rows = await database.run('DELETE FROM history RETURNING record_id');
      return rows.map(([recordId]) => String(recordId));
    },
    remove: () => {
      migration.remove();
    },
  };
});
