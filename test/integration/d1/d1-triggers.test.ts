import { describe, expect, test } from 'vitest';
import { openD1Database } from '../../../src/main/adapters/d1/d1-database.ts';
import { triggerEvent } from '../../../src/main/adapters/d1/trigger-event.ts';
import { aBatchRow, aFileRow, aRecordRow } from '../../conformance/migration-rows.ts';
import { aD1File, type HandMadeD1File } from '../../support/d1/d1-file.ts';
import { applyOne, changing, theRecord } from '../../support/d1/values.ts';

function aFileWithTrigger(trigger: string): HandMadeD1File {
  const file = aD1File();
  file.insert('file_migrations', [aRecordRow('1')]);
  file.insert('files', [aFileRow('1')]);
  file.insert('migration_batches', [aBatchRow('b1')]);
  file.connection.exec(trigger);
  return file;
}

const reset = {
  status: 'rolled_back',
  file: { r2Key: null, checksum: null, updatedAt: '2024-06-01 12:00:00', marks: null },
};

describe('trigger', () => {
  test.for([
    ['CREATE TRIGGER t AFTER UPDATE ON files BEGIN SELECT 1; END', 'update'],
    ['create trigger t update of r2_key on files begin delete from x; end', 'update'],
    ['CREATE TRIGGER "update" BEFORE DELETE ON files BEGIN SELECT 1; END', 'delete'],
    ['CREATE TRIGGER [on update] /* UPDATE */ AFTER INSERT ON files BEGIN SELECT 1; END', 'insert'],
    ['CREATE TRIGGER on_update -- UPDATE\n AFTER DELETE ON files BEGIN SELECT 1; END', 'delete'],
    ["CREATE TRIGGER 'update' INSERT ON files BEGIN UPDATE files SET id = 1; END", 'insert'],
    ['CREATE TRIGGER `it``s update` UPDATE ON files BEGIN SELECT 1; END', 'update'],
  ] as const)('%s waits for %s', ([sql, event]) => {
    const { connection } = aD1File();
    connection.exec(sql);

    expect(triggerEvent(sql)).toBe(event);
  });

  test.for([
    ['r2_key', ' ON UPDATE SET NULL', ['files.r2_key (foreign key of thumbs, ON UPDATE SET NULL)']],
    ['r2_key', '', []],
    ['id', ' ON UPDATE CASCADE', []],
  ] as const)('that a foreign key to %s%s is counts as one', async ([to, action, expected]) => {
    const file = aFileWithTrigger(`
      CREATE UNIQUE INDEX u ON files (r2_key);
      CREATE TABLE thumbs (k TEXT REFERENCES Files (${to})${action});
      INSERT INTO thumbs SELECT ${to} FROM files`);

    const { triggers } = await openD1Database({ path: file.path }).describe();

    expect(triggers).toEqual(expected);
  });

  test('on INSERT or DELETE, or on another table, is not listed', async () => {
    const file = aFileWithTrigger(`
      CREATE TABLE other (id TEXT);
      CREATE TRIGGER a AFTER INSERT ON files BEGIN SELECT 1; END;
      CREATE TRIGGER b AFTER DELETE ON files BEGIN SELECT 1; END;
      CREATE TRIGGER c AFTER UPDATE ON other BEGIN SELECT 1; END`);

    expect(await openD1Database({ path: file.path }).describe()).toMatchObject({ triggers: [] });
  });

  test.for([
    [
      'undoes the file row after the record',
      `CREATE TRIGGER t AFTER UPDATE ON file_migrations BEGIN
         UPDATE files SET checksum = 'x' WHERE id = NEW.file_id; END`,
    ],
    [
      'ignores the update of the file row',
      'CREATE TRIGGER t BEFORE UPDATE ON files BEGIN SELECT RAISE(IGNORE); END',
    ],
    [
      'changes the record after the file row',
      `CREATE TRIGGER t AFTER UPDATE ON files BEGIN
         UPDATE file_migrations SET status = 'x' WHERE file_id = NEW.id; END`,
    ],
    [
      'removes the record',
      `CREATE TRIGGER t AFTER UPDATE ON files BEGIN
         DELETE FROM file_migrations WHERE file_id = NEW.id; END`,
    ],
    ['aborts', "CREATE TRIGGER t BEFORE UPDATE ON files BEGIN SELECT RAISE(ABORT, 'no'); END"],
    [
      'rolls back',
      "CREATE TRIGGER t BEFORE UPDATE ON files BEGIN SELECT RAISE(ROLLBACK, 'no'); END",
    ],
  ] as const)('that %s leaves both rows as they were', async ([, trigger]) => {
    const file = aFileWithTrigger(trigger);
    const record = await theRecord(file.path);

    const result = applyOne(openD1Database({ path: file.path }), changing(record, reset));

    await expect(result).rejects.toMatchObject({ code: 'DATABASE_FAILED' });
    expect(await theRecord(file.path)).toEqual(record);
  });

  test('that changes a batch row further leaves every batch row as it was', async () => {
    const file = aFileWithTrigger(`CREATE TRIGGER t AFTER UPDATE ON migration_batches BEGIN
      UPDATE migration_batches SET failed_files = 9 WHERE batch_id = NEW.batch_id; END`);
    const database = openD1Database({ path: file.path });
    const reader = await database.openReader();
    const stored = (await reader.readBatchValues(['b1'])).get('b1');
    const before = stored ?? expect.unreachable();
    const writer = await database.openWriter();

    const change = { batchId: 'b1', before, after: { ...before, completedFiles: 0 } };
    await expect(writer.applyBatchChanges([change])).rejects.toMatchObject({
      code: 'DATABASE_FAILED',
      details: { batchId: 'b1', triggers: ['migration_batches.t'] },
    });

    expect((await reader.readBatchValues(['b1'])).get('b1')).toEqual(stored);
    await Promise.all([reader.close(), writer.close()]);
  });
});
