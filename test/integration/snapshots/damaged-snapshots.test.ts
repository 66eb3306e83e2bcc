import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { rowLinesOf } from '../../../src/main/adapters/content/row-lines.ts';
import { folderSnapshots } from '../../../src/main/adapters/snapshots/folder-snapshots.ts';
import { aFolder } from '../../support/builders/a-folder.ts';
import { RUN_ID } from '../../support/builders/a-plan.ts';

const ID = '01K1SNAPSHTAAAAAAAAAAAAAAA';
const rows = Array.from({ length: 60 }, (_, index) => ({
  id: `r-${String(index)}`,
  key: `files/${String((index * 7_919) % 1_000)}`,
}));

interface Taken {
  readonly folder: string;
  readonly tablePath: string;
  readonly manifestPath: string;
  verify(): Promise<unknown>;
}

async function aSnapshot(): Promise<Taken> {
  const folder = aFolder();
  const store = folderSnapshots(folder);
  const writer = await store.begin({
    snapshotId: ID,
    runId: RUN_ID,
    takenAt: '2026-08-01T12:00:00.000Z',
    target: 'prod',
    targetFingerprint: 'cd'.repeat(32),
  });
  await writer.append('file_migrations', rowLinesOf(rows));
  await writer.append('files', rowLinesOf(rows.slice(0, 3)));
  await writer.finish();
  return {
    folder,
    tablePath: join(folder, ID, 'file_migrations.ndjson.zst'),
    manifestPath: join(folder, ID, 'manifest.json'),
    verify: () => store.verify(ID),
  };
}

function invalid(message: RegExp): object {
  return { code: 'SNAPSHOT_INVALID', message: expect.stringMatching(message) as string };
}

/** Whether a compressed file still unpacks to the same text: some bits of the format carry nothing. */
function unpacksTo(bytes: Buffer, text: string): boolean {
  try {
    return zstdDecompressSync(bytes).toString('utf8') === text;
  } catch {
    return false;
  }
}

describe('damaged snapshot', () => {
  test('is refused for any changed byte that changes what it holds', async () => {
    const { tablePath, verify } = await aSnapshot();
    const whole = readFileSync(tablePath);
    const text = zstdDecompressSync(whole).toString('utf8');

    let refused = 0;
    for (let position = 0; position < whole.length; position += 1) {
      const flipped = Buffer.from(whole);
      flipped.writeUInt8(whole.readUInt8(position) ^ (1 << (position % 8)), position);
      writeFileSync(tablePath, flipped);
      const outcome = await verify().then(
        () => 'trusted',
        (error: unknown) => error,
      );
      if (outcome === 'trusted')
        expect([position, unpacksTo(flipped, text)]).toEqual([position, true]);
      else expect(outcome).toMatchObject({ code: 'SNAPSHOT_INVALID' });
      refused += outcome === 'trusted' ? 0 : 1;
    }

    expect(refused / whole.length).toBeGreaterThan(0.98);
  });

  test('is refused wherever it was cut off', async () => {
    const { tablePath, verify } = await aSnapshot();
    const whole = readFileSync(tablePath);

    for (const length of [0, 1, 4, Math.floor(whole.length / 2), whole.length - 1]) {
      writeFileSync(tablePath, whole.subarray(0, length));
      await expect(verify()).rejects.toMatchObject(invalid(/has \d+ bytes, the manifest says/));
    }
  });

  test('is refused when something was added', async () => {
    const { tablePath, verify } = await aSnapshot();

    writeFileSync(tablePath, zstdCompressSync('{"id":"r-99"}\n'), { flag: 'a' });

    await expect(verify()).rejects.toMatchObject(invalid(/bytes, the manifest says/));
  });

  test('is refused when a table was replaced by another of the same size', async () => {
    const { tablePath, manifestPath, verify } = await aSnapshot();
    const other = zstdCompressSync(
      rows.map((row) => `${JSON.stringify({ ...row, id: 'x' })}\n`).join(''),
    );
    writeFileSync(tablePath, other);
    const size = readFileSync(tablePath).length;
    const manifest = readFileSync(manifestPath, 'utf8');
    writeFileSync(
      manifestPath,
      manifest.replace(/"storedSizeBytes": \d+/, `"storedSizeBytes": ${String(size)}`),
    );

    await expect(verify()).rejects.toMatchObject(invalid(/holds 60 rows with SHA-256/));
  });

  test('is refused when a table is missing', async () => {
    const { tablePath, verify } = await aSnapshot();

    rmSync(tablePath);

    await expect(verify()).rejects.toMatchObject(
      invalid(/file_migrations\.ndjson\.zst is missing/),
    );
  });

  test('is refused without its manifest', async () => {
    const { manifestPath, verify } = await aSnapshot();

    rmSync(manifestPath);

    await expect(verify()).rejects.toMatchObject(invalid(/manifest is missing/));
  });

  test('is refused wherever its manifest was cut off, or goes on', async () => {
    const { manifestPath, verify } = await aSnapshot();
    const whole = readFileSync(manifestPath, 'utf8').trimEnd();

    for (let length = 0; length < whole.length; length += 1) {
      writeFileSync(manifestPath, whole.slice(0, length));
      await expect(verify()).rejects.toMatchObject(invalid(/manifest cannot be read/));
    }
    writeFileSync(manifestPath, `${whole}{`);
    await expect(verify()).rejects.toMatchObject(invalid(/manifest cannot be read/));
  });

  test('is not called damaged when it cannot be opened', async () => {
    const { manifestPath, verify } = await aSnapshot();
    rmSync(manifestPath);
    mkdirSync(manifestPath);

    await expect(verify()).rejects.toMatchObject({
      code: 'FILE_FAILED',
      message: expect.stringContaining(manifestPath) as string,
    });
  });

  test.each(['', 'hello', '{}', 'null', '[]'])('is refused with the manifest %j', async (text) => {
    const { manifestPath, verify } = await aSnapshot();

    writeFileSync(manifestPath, text);

    await expect(verify()).rejects.toMatchObject(invalid(/manifest cannot be read/));
  });

  test.each([
    ['of a newer version', '"version": 1', '"version": 2'],
    [
      'with a path instead of a name',
      '"file_migrations.ndjson.zst"',
      '"../other/files.ndjson.zst"',
    ],
    ['with a table nobody knows', '"table": "files"', '"table": "users"'],
    ['with more in it', '"version": 1,', '"version": 1, "note": "x",'],
  ])('is refused with a manifest %s', async (_what, from, to) => {
    const { manifestPath, verify } = await aSnapshot();
    const manifest = readFileSync(manifestPath, 'utf8');
    expect(manifest).toContain(from);

    writeFileSync(manifestPath, manifest.replace(from, to));

    await expect(verify()).rejects.toMatchObject(invalid(/manifest cannot be read/));
  });

  test('is refused when its manifest counts other rows', async () => {
    const { manifestPath, verify } = await aSnapshot();

    writeFileSync(
      manifestPath,
      readFileSync(manifestPath, 'utf8').replace('"rowCount": 60', '"rowCount": 61'),
    );

    await expect(verify()).rejects.toMatchObject(invalid(/manifest says 61/));
  });

  test('is refused under the name of another', async () => {
    const { folder } = await aSnapshot();
    const otherId = '01K1SNAPSHTBBBBBBBBBBBBBBB';
    cpSync(join(folder, ID), join(folder, otherId), { recursive: true });

    await expect(folderSnapshots(folder).verify(otherId)).rejects.toMatchObject(
      invalid(/manifest is that of snapshot 01K1SNAPSHTA/),
    );
  });

  test('keeps its files readable with plain tools after it was moved', async () => {
    const { folder, tablePath } = await aSnapshot();
    const moved = join(folder, 'elsewhere');
    renameSync(join(folder, ID), moved);

    const text = zstdDecompressSync(
      readFileSync(join(moved, 'file_migrations.ndjson.zst')),
    ).toString('utf8');

    expect(tablePath).toContain(ID);
    expect(
      text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual(rows);
  });
});
