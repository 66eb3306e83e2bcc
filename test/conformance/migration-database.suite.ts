import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { describeReader } from './migration-reader.suite.ts';
import type { FreshDatabase, Subject } from './migration-subject.ts';
import { describeWriter } from './migration-writer.suite.ts';

/** What every implementation of `MigrationDatabase` promises. `create` makes one fresh database per test. */
export function describeMigrationDatabase(
  name: string,
  create: () => Promise<FreshDatabase>,
): void {
  describe(`migration database on ${name}`, () => {
    let subject: Subject;

    beforeEach(async () => {
      subject = withSessions(await create());
    });

    describe('description', () => {
      test('names product, location and identity, the same at each look', async () => {
        const first = await subject.database.describe();

        expect(await subject.database.describe()).toEqual(first);
        expect(first.triggers).toEqual([]);
        expect(first.version).toMatch(/\d/);
        expect(first.location).not.toBe('');
        expect(first.identity).not.toBe('');
      });

      test('accepts extra tables and columns', async () => {
        await subject.execute('ALTER TABLE files ADD COLUMN note TEXT');
        await subject.execute('CREATE TABLE other (id TEXT)');

        await expect(subject.database.describe()).resolves.toMatchObject({ triggers: [] });
      });

      test('names every missing table and column at once', async () => {
        await subject.execute('DROP TABLE migration_batches');
        await subject.execute('ALTER TABLE files DROP COLUMN checksum');
        await subject.execute('ALTER TABLE file_migrations DROP COLUMN target_r2_key');

        await expect(subject.database.describe()).rejects.toMatchObject({
          code: 'DATABASE_SCHEMA_MISSING',
          details: {
            missing: [
              'table migration_batches',
              'column file_migrations.target_r2_key',
              'column files.checksum',
            ],
          },
        });
      });

      test('opens neither reader nor writer where a table is missing', async () => {
        await subject.execute('DROP TABLE files');

        const missing = { code: 'DATABASE_SCHEMA_MISSING' };
        await expect(subject.openReader()).rejects.toMatchObject(missing);
        await expect(subject.openWriter()).rejects.toMatchObject(missing);
      });

      test('lists the triggers that fire on UPDATE of the tracked tables', async () => {
        await subject.createHarmlessUpdateTrigger('files', 'note_update');
        await subject.createHarmlessUpdateTrigger('migration_batches', 'batch_update');

        const { triggers } = await subject.database.describe();

        expect(triggers).toEqual(['files.note_update', 'migration_batches.batch_update']);
      });
    });

    describeReader(() => subject);
    describeWriter(() => subject);
  });
}

function withSessions(fresh: FreshDatabase): Subject {
  return {
    ...fresh,
    openReader: async () => closedAtTheEnd(await fresh.database.openReader()),
    openWriter: async () => closedAtTheEnd(await fresh.database.openWriter()),
  };
}

function closedAtTheEnd<Session extends { close(): Promise<void> }>(session: Session): Session {
  onTestFinished(() => session.close());
  return session;
}
