import {
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { aMigration, type TestMigration } from '../../support/migration/a-migration.ts';
import { errorOf, openApp, type TestApp } from '../../support/migration/open-app.ts';
import { startR2, type TestR2 } from '../../support/r2/start-r2.ts';

let r2: TestR2;
let migration: TestMigration;
let app: TestApp;

beforeAll(async () => {
  r2 = await startR2();
});
afterAll(() => r2.stop());
beforeEach(async () => {
  migration = await aMigration(r2, [{ id: 'a' }, { id: 'b' }]);
  app = await openApp(migration.env);
});
afterEach(async () => {
  await app.close();
  migration.remove();
});

/** Rolls back and undoes, `times` over; gives the snapshots of it all, newest first. */
async function snapshotsOf(times: number): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let time = 0; time < times; time += 1) {
    const run = await app.run(await app.plan({ full: true, mode: 'database-only' }));
    const undo = await app.run(await app.planUndo(run.runId));
    ids.unshift(undo.snapshotId ?? '', run.snapshotId ?? '');
  }
  return ids;
}

function damage(snapshotId: string): void {
  const path = join(migration.home, 'snapshots', snapshotId, 'files.ndjson.zst');
  const bytes = readFileSync(path);
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 3) ^ 0xff, bytes.length - 3);
  writeFileSync(path, bytes);
}

function damageBackups(): void {
  const folder = join(migration.home, 'backups');
  for (const name of readdirSync(folder)) truncateSync(join(folder, name), 200);
}

/** A link to itself: the system refuses to open it, whoever asks. */
function makeUnreadable(snapshotId: string): void {
  const path = join(migration.home, 'snapshots', snapshotId, 'files.ndjson.zst');
  rmSync(path);
  symlinkSync('files.ndjson.zst', path);
}

describe('a snapshot that the system does not let be read', () => {
  test('is not called damaged, and what could stand in for it is looked at', async () => {
    const [first = '', second = ''] = await snapshotsOf(1);
    makeUnreadable(second);

    const found = await app.client.snapshot.verify({ snapshotId: second });

    expect(found.verification).toMatchObject({
      result: 'unreadable',
      detail: expect.stringContaining('files.ndjson.zst') as string,
    });
    expect(found.alternates).toMatchObject([
      { snapshot: { snapshotId: first }, verification: { result: 'sound' } },
    ]);
  });
});

describe('a damaged snapshot', () => {
  test('is not restored from: the error names each alternate that was tried, newest first', async () => {
    const [first = '', second = '', third = '', fourth = ''] = await snapshotsOf(2);
    damageBackups();
    for (const id of [first, second, fourth]) damage(id);

    const error = await errorOf(app.planRestore(fourth));

    expect(error.code).toBe('SNAPSHOT_INVALID');
    const { alternates } = error.details as {
      alternates: { snapshotId: string; kind: string; result: string }[];
    };
    expect(
      alternates
        .filter(({ kind }) => kind === 'snapshot')
        .map(({ snapshotId, result }) => [snapshotId, result]),
    ).toEqual([
      [first, 'damaged'],
      [second, 'damaged'],
      [third, 'sound'],
    ]);
    expect(error.hint).toContain(`unwind restore ${third}`);
    expect((await app.client.run.list({})).runs.map(({ kind }) => kind)).not.toContain('restore');
  });

  test('never gives way to a damaged alternate while its verification is still going on', async () => {
    const [first = '', second = ''] = await snapshotsOf(1);
    damageBackups();
    damage(first);
    damage(second);

    const { alternates } = await app.client.snapshot.verify({ snapshotId: second });

    expect(alternates.map(({ verification }) => verification.result)).not.toContain('sound');
    expect(alternates).toHaveLength(3);
  });

  test('has the backup of the reference format as an alternate, too', async () => {
    const [first = '', second = ''] = await snapshotsOf(1);
    damage(first);
    damage(second);

    const { alternates } = await app.client.snapshot.verify({ snapshotId: second });

    expect(alternates.at(-1)).toMatchObject({
      snapshot: { kind: 'backup' },
      verification: { result: 'sound', method: 'read-to-end' },
    });
  });

  test('has no alternate of another target', async () => {
    const [first = '', second = ''] = await snapshotsOf(1);
    const path = join(migration.home, 'snapshots', first, 'manifest.json');
    const manifest = readFileSync(path, 'utf8');
    writeFileSync(
      path,
      manifest.replace(/"targetFingerprint": "\w+"/, `"targetFingerprint": "${'0'.repeat(64)}"`),
    );
    damageBackups();
    damage(second);

    const { alternates } = await app.client.snapshot.verify({ snapshotId: second });

    expect(alternates.map(({ snapshot }) => snapshot.snapshotId)).not.toContain(first);
    expect(await errorOf(app.planRestore(first))).toMatchObject({ code: 'PLAN_TARGET_MISMATCH' });
  });

  test('is found and named at whichever byte it was damaged', async () => {
    const [, id = ''] = await snapshotsOf(1);
    const path = join(migration.home, 'snapshots', id, 'file_migrations.ndjson.zst');
    const whole = readFileSync(path);
    damageBackups();

    for (let position = 0; position < whole.length; position += Math.ceil(whole.length / 12)) {
      writeFileSync(path, whole.subarray(0, position));
      expect(await errorOf(app.planRestore(id))).toMatchObject({ code: 'SNAPSHOT_INVALID' });
    }
  });
});

describe('the memory of verifications', () => {
  test('tells when and how a snapshot was verified last, in every process', async () => {
    const [id = ''] = await snapshotsOf(1);
    expect((await app.client.snapshot.get({ snapshotId: id })).lastVerification).toBeNull();

    await app.client.snapshot.verify({ snapshotId: id });
    damage(id);
    await app.client.snapshot.verify({ snapshotId: id });

    const other = await openApp(migration.env);
    const { snapshots } = await other.client.snapshot.list({});
    await other.close();
    expect(snapshots.find(({ snapshotId }) => snapshotId === id)?.lastVerification).toMatchObject({
      method: 'hashes',
      result: 'damaged',
    });
  });

  test('passes over a line that a process died in', async () => {
    const [id = ''] = await snapshotsOf(1);
    await app.client.snapshot.verify({ snapshotId: id });
    const path = join(migration.home, 'snapshots', 'verifications.ndjson');
    writeFileSync(path, `${readFileSync(path, 'utf8')}{"snapshotId":"${id}","at":"2026`);

    await app.client.snapshot.verify({ snapshotId: id });

    const { lastVerification } = await app.client.snapshot.get({ snapshotId: id });
    expect(lastVerification?.result).toBe('sound');
    expect(
      readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => line !== ''),
    ).toHaveLength(3);
  });
});
