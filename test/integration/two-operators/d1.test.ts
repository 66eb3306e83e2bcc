import Database from 'better-sqlite3';
import { aMigration } from '../../support/migration/a-migration.ts';
import { describeTwoOperators, FILES } from './two-operators.suite.ts';

describeTwoOperators('D1', async (r2, proxy) => {
  const migration = await aMigration(r2, FILES);
  const database = new Database(migration.databasePath);
  database.exec(`
    CREATE TABLE history (record_id TEXT NOT NULL);
    CREATE TRIGGER keep_history AFTER UPDATE OF status ON file_migrations
      WHEN new.status = 'rolled_back' AND old.status IS NOT 'rolled_back'
      BEGIN INSERT INTO history VALUES (new.id); END;
  `);
  return {
    env: { ...migration.env, R2_ENDPOINT: proxy.endpoint },
    world: () => migration.world(),
    takeResets: () =>
      Promise.resolve(
        database.prepare<[], string>('DELETE FROM history RETURNING record_id').pluck().all(),
      ),
    remove: () => {
      database.close();
      migration.remove();
    },
  };
});
