import {
  chmodSync,
  existsSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { d1Leases } from '../../../src/main/adapters/d1/d1-leases.ts';
import { aD1File } from '../../support/d1/d1-file.ts';
import { aTempFolder } from '../../support/d1/temp-folder.ts';

const request = {
  operator: { user: 'ada', host: 'h', pid: process.pid, door: 'cli' },
  runId: '01JD000000000000000000000A',
  at: '2026-11-21T02:00:00.000Z',
} as const;

describe('lease file', () => {
  test('lies beside the database, may be used by whoever may use that, and is made on demand', async () => {
    const { path } = aD1File();
    chmodSync(path, 0o660);

    await d1Leases({ path }).find();
    expect(existsSync(`${path}.unwind-lease`)).toBe(false);

    const lease = await d1Leases({ path }).acquire(request);
    await lease.release();
    expect(statSync(`${path}.unwind-lease`).mode & 0o777).toBe(0o660);
  });

  test('is one for all paths of a database', async () => {
    const { path } = aD1File();
    const link = join(aTempFolder(), 'link.sqlite');
    symlinkSync(path, link);
    const lease = await d1Leases({ path }).acquire(request);

    await expect(d1Leases({ path: link }).acquire(request)).rejects.toMatchObject({
      code: 'TARGET_LOCKED',
    });
    await lease.release();
  });

  test('leaves the database free for its other writers', async () => {
    const { path, connection } = aD1File();
    const lease = await d1Leases({ path }).acquire(request);

    expect(() => connection.exec("UPDATE files SET checksum = 'x'")).not.toThrow();
    await lease.release();
  });

  test('is waited for while somebody only looks at it', async () => {
    const { path } = aD1File();
    await (await d1Leases({ path }).acquire(request)).release();
    const looking = new Database(`${path}.unwind-lease`);
    looking.exec('BEGIN IMMEDIATE');
    // Fires after the first attempt, which needs no turn of the event loop.
    setImmediate(() => looking.close());

    const lease = await d1Leases({ path }).acquire(request);

    expect(lease.holder.token).toBe(2);
    await lease.release();
  });

  test('cannot be had for a database that does not exist', async () => {
    const path = join(aTempFolder(), 'd1.sqlite');

    const missing = { code: 'DATABASE_NOT_FOUND' };
    await expect(d1Leases({ path }).acquire(request)).rejects.toMatchObject(missing);
    await expect(d1Leases({ path }).find()).rejects.toMatchObject(missing);
  });

  test('that holds something else is an error that names it', async () => {
    const { path } = aD1File();
    writeFileSync(`${path}.unwind-lease`, 'not a database at all'.repeat(99));

    const invalid = {
      code: 'LEASE_INVALID',
      message: expect.stringContaining(`${path}.unwind-lease`) as string,
    };
    await expect(d1Leases({ path }).acquire(request)).rejects.toMatchObject(invalid);
    rmSync(`${path}.unwind-lease`);
    await expect(d1Leases({ path }).find()).resolves.toBeUndefined();
  });
});

describe('a damaged lease file', () => {
  const FILLER = 'something else '.repeat(1_000);
  test.each<readonly [string, (file: string) => void]>([
    [
      'that is a text',
      (file) => {
        writeFileSync(file, FILLER);
      },
    ],
    [
      'that was cut off',
      (file) => {
        truncateSync(file, 4_096);
      },
    ],
    [
      'whose holder cannot be read',
      (file) => {
        const connection = new Database(file);
        connection.exec(`UPDATE lease SET holder = '{"run'`);
        connection.close();
      },
    ],
    [
      'whose holder is none',
      (file) => {
        const connection = new Database(file);
        connection.exec(`UPDATE lease SET holder = '{}'`);
        connection.close();
      },
    ],
  ])('%s is named, and nobody gets the right by it', async (_what, damage) => {
    const { path } = aD1File();
    await (await d1Leases({ path }).acquire(request)).release();
    for (const suffix of ['-wal', '-shm']) rmSync(`${path}.unwind-lease${suffix}`, { force: true });
    damage(`${path}.unwind-lease`);

    await expect(d1Leases({ path }).acquire(request)).rejects.toMatchObject({
      code: 'LEASE_INVALID',
      message: expect.stringContaining(`${path}.unwind-lease`) as string,
    });
  });
});
