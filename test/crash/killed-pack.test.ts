import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { aMigration, type TestMigration } from '../support/migration/a-migration.ts';
import { packInChild } from '../support/migration/in-child.ts';
import { openApp } from '../support/migration/open-app.ts';
import { startR2, type TestR2 } from '../support/r2/start-r2.ts';

let r2: TestR2;
let migration: TestMigration;

beforeAll(async () => {
  r2 = await startR2();
});
afterAll(() => r2.stop());
beforeEach(async () => {
  migration = await aMigration(r2, [{ id: 'a' }]);
  const app = await openApp(migration.env);
  await app.run(await app.plan({ full: true }));
  await app.close();
});
afterEach(() => {
  migration.remove();
});

describe('a killed pack', () => {
  test.each([
    ['pack.before-sync', 'no'],
    ['pack.after-sync', 'no'],
    ['pack.after-rename', 'the whole'],
    ['pack.after-publish', 'the whole'],
  ] as const)('at %s leaves %s file under its name', async (point, left) => {
    const path = join(migration.folder, 'pack.tar.gz');

    expect(await packInChild(migration.env, path, point)).toMatchObject({ signal: 'SIGKILL' });

    expect(existsSync(path)).toBe(left === 'the whole');
    if (left === 'the whole') expect(entriesOf(path)).toContain('SHA256SUMS');
  });

  test('can be made again: what it left beside its name is in nobody’s way', async () => {
    const path = join(migration.folder, 'pack.tar.gz');
    await packInChild(migration.env, path, 'pack.before-sync');

    await packInChild(migration.env, path);

    expect(entriesOf(path)).toContain('SHA256SUMS');
  }, 90_000);
});

/** What the system's own tar finds in it. */
function entriesOf(path: string): string {
  return execFileSync('tar', ['-tzf', path], { encoding: 'utf8' });
}
