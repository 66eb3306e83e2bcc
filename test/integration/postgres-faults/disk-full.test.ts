import { chownSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { aSmallDisk, type SmallDisk, whyNoSmallDisk } from '../../support/disk/a-small-disk.ts';
import { attempt, expectSettled, faultBench } from './fault-bench.ts';

const why = whyNoSmallDisk();
const title = why === undefined ? '' : ` (skipped: ${why})`;

describe.skipIf(why !== undefined)(
  `disk of the PostgreSQL server${title}`,
  { timeout: 90_000 },
  () => {
    const bench = faultBench();
    let disk: SmallDisk;

    beforeEach(async () => {
      disk = aSmallDisk(512);
      chownSync(disk.path, serverUser(), -1);
      await bench.database().run(`CREATE TABLESPACE small LOCATION '${disk.path}'`);
      await bench.database().run('ALTER TABLE file_migrations SET TABLESPACE small');
      // Rows of which two fill a page: each new version of one needs a page that the disk must still have.
      await bench.database().run(`
      ALTER TABLE file_migrations ALTER COLUMN error_message SET STORAGE PLAIN;
      UPDATE file_migrations SET error_message = (SELECT string_agg(md5(random()::text), '') FROM generate_series(1, 110))`);
      await bench.database().run('VACUUM FULL file_migrations');
      await bench.database().run('CREATE TABLE filler (t text STORAGE PLAIN) TABLESPACE small');
    });
    afterEach(async () => {
      await bench.database().run('DROP TABLE file_migrations');
      await bench.database().run('DROP TABLE IF EXISTS filler');
      await bench.database().run('DROP TABLESPACE small');
      disk.unmount();
    });

    function serverUser(): number {
      const users = readFileSync('/etc/passwd', 'utf8')
        .split('\n')
        .map((line) => line.split(':'));
      const user =
        users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody');
      return Number(user?.[2] ?? 65_534);
    }

    /** Takes what is left, page by page. */
    async function fill(): Promise<void> {
      const client = await bench.database().connect();
      try {
        for (;;) await client.query("INSERT INTO filler SELECT repeat('x', 7000)");
      } catch (error) {
        expect(error).toMatchObject({ code: '53100' });
      } finally {
        await client.end();
      }
    }

    test('that is full stops the run with nothing half done, and the run goes on once there is room', async () => {
      const before = await bench.migration().world();
      const plan = await bench.plan();
      await fill();

      const outcome = await attempt(bench, plan);

      expect(outcome).toMatchObject({ run: { state: 'failed', error: { code: 'DISK_FULL' } } });
      expect((await bench.migration().world()).records).toEqual(before.records);
      await bench.database().run('DROP TABLE filler');
      await expectSettled(bench, plan, outcome, before);
    });
  },
);
