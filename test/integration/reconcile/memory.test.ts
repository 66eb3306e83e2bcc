import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aMigration, type TestMigration } from '../../support/migration/a-migration.ts';
import { startR2, type TestR2 } from '../../support/r2/start-r2.ts';

const CHILD = fileURLToPath(new URL('../../support/migration/reconcile-child.ts', import.meta.url));
const MIB = 1024 * 1024;

let r2: TestR2;
let migration: TestMigration;

beforeAll(async () => {
  r2 = await startR2();
  await r2.putKeys(Array.from({ length: 2_000 }, (_, index) => `k/${String(index)}`));
  migration = await aMigration(r2, []);
});
afterAll(async () => {
  migration.remove();
  await r2.stop();
});

/** Adds rows that point at objects which do not exist, a third of them at one and the same. */
function addDanglingRows(count: number): void {
  const database = new Database(migration.databasePath);
  const put = database.prepare(
    'INSERT INTO files (id, filename, user_id, r2_key) VALUES (?, ?, ?, ?)',
  );
  database.transaction(() => {
    for (let index = 0; index < count; index += 1) {
      const id = `f-${String(index).padStart(7, '0')}`;
      put.run(
        id,
        `${id}.txt`,
        'u',
        index % 3 === 0 ? 'gone/default.png' : `gone/${id}/${'x'.repeat(100)}`,
      );
    }
  })();
  database.close();
}

async function reconciledInChild(): Promise<{ findings: number; grownBytes: number }> {
  // A small heap: whoever keeps the findings bursts it, and what nobody has collected yet cannot be much.
  const heap = ['--max-old-space-size=48', '--max-semi-space-size=4'];
  const { stdout } = await promisify(execFile)(process.execPath, [...heap, CHILD], {
    env: { ...migration.env, PATH: process.env['PATH'] ?? '' },
  });
  return JSON.parse(stdout) as { findings: number; grownBytes: number };
}

describe('the memory of a reconcile', () => {
  test('is bounded, however many rows and findings there are', { timeout: 300_000 }, async () => {
    addDanglingRows(330_000);

    const { findings, grownBytes } = await reconciledInChild();

    expect(findings).toBe(332_000);
    // Each finding has some 250 bytes of text alone: kept in the heap they burst it, kept beside it they are 80 MiB on top of the 70
    // that the heap and the page caches of both databases come to.
    expect(grownBytes / MIB).toBeLessThan(110);
  });
});
