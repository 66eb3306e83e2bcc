import { createHash, createHmac } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join, resolve, sep } from 'node:path';
import { GetObjectCommand, HeadObjectCommand, S3ServiceException } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sandboxCases } from '../../../src/main/adapters/sandbox/seed/sandbox-cases.ts';
import { aSandbox, type TestSandbox } from '../../support/sandbox/a-sandbox.ts';

let sandbox: TestSandbox;

beforeAll(async () => {
  sandbox = await aSandbox();
});
afterAll(async () => {
  await sandbox.remove();
});

const RECORDS = `SELECT fm.*, f.r2_key, f.checksum, f.filename, f.user_id
  FROM file_migrations fm JOIN files f ON f.id = fm.file_id`;

type Row = Readonly<Record<string, unknown>>;

function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

async function objectUnder(key: unknown): Promise<Uint8Array | undefined> {
  if (typeof key !== 'string') return undefined;
  try {
    const { Body } = await sandbox.s3.send(
      new GetObjectCommand({ Bucket: sandbox.settings.bucket, Key: key }),
    );
    return await Body?.transformToByteArray();
  } catch (error) {
    if (error instanceof S3ServiceException && error.name === 'NoSuchKey') return undefined;
    throw error;
  }
}

function originalOf(row: Row): Uint8Array | 'outside' | undefined {
  const root = sandbox.settings.originalsPath;
  const path = resolve(join(root, String(row['source_path'])));
  if (!path.startsWith(root + sep)) return 'outside';
  return existsSync(path) ? readFileSync(path) : undefined;
}

/** What the three places say about a record, compared with what it was migrated from. */
async function truthOf(row: Row): Promise<string> {
  const compare = (content: Uint8Array | 'outside' | undefined): string => {
    if (content === undefined) return 'absent';
    if (content === 'outside') return content;
    if (sha256(content) === row['original_checksum']) return 'same';
    return content.length === row['file_size'] ? 'other of equal size' : 'other';
  };
  const points =
    row['r2_key'] === null
      ? 'null'
      : row['r2_key'] === row['target_r2_key']
        ? 'object'
        : 'elsewhere';
  const object = compare(await objectUnder(row['target_r2_key']));
  return `${String(row['status'])} · object ${object} · original ${compare(originalOf(row))} · row ${points}`;
}

async function truthOfCase(name: keyof typeof sandboxCases): Promise<string> {
  const [row] = sandbox.rows(`${RECORDS} WHERE fm.id = ?`, sandboxCases[name].recordId);
  return truthOf(row ?? {});
}

/** Records of the cases that are one of a kind among the migrated files. */
function specialRecords(): ReadonlySet<unknown> {
  const ordinary: readonly string[] = ['verified', 'completed'];
  return new Set(
    Object.entries(sandboxCases)
      .filter(([name]) => !ordinary.includes(name))
      .map(([, { recordId }]) => recordId),
  );
}

describe('migrated set of the sandbox', () => {
  test('has eight batches whose records are where their names say', () => {
    const counts = sandbox.rows(
      'SELECT batch_id, status, count(*) AS n FROM file_migrations GROUP BY 1, 2 ORDER BY 1, 2',
    );

    expect(
      counts.map(({ batch_id, status, n }) => `${String(batch_id)} ${String(status)} ${String(n)}`),
    ).toEqual([
      'b-2024-11-03-invoices verified 40',
      'b-2024-11-06-photos completed 14',
      'b-2024-11-06-photos verified 30',
      'b-2024-11-09-reports verified 36',
      'b-2024-11-12-contracts failed 10',
      'b-2024-11-12-contracts verified 22',
      'b-2024-11-15-exports completed 12',
      'b-2024-11-15-exports pending 14',
      'b-2024-11-15-exports processing 2',
      'b-2024-11-18-archive rolled_back 20',
      'b-2024-11-21-attachments verified 24',
      'b-2024-11-24-media verified 16',
    ]);
    expect(sandbox.settings.fileCount).toBe(240);
  });

  test('stores batch counters that agree with the records, but for one batch that is off by one', () => {
    const wrong = sandbox.rows(`
      SELECT b.batch_id, b.completed_files, sum(m.status IN ('completed', 'verified')) AS completed
      FROM migration_batches b JOIN file_migrations m USING (batch_id)
      GROUP BY 1
      HAVING b.total_files <> count(*) OR b.completed_files <> completed
        OR b.failed_files <> sum(m.status = 'failed') OR b.verified_files <> sum(m.status = 'verified')`);

    expect(wrong).toEqual([
      { batch_id: 'b-2024-11-09-reports', completed_files: 35, completed: 36 },
    ]);
  });

  test('holds each special case as its name says', async () => {
    const names = Object.keys(sandboxCases) as (keyof typeof sandboxCases)[];
    const truths = await Promise.all(
      names.map(async (name) => [name, await truthOfCase(name)] as const),
    );

    expect(Object.fromEntries(truths)).toEqual({
      verified: 'verified · object same · original same · row object',
      completed: 'completed · object same · original same · row object',
      pending: 'pending · object absent · original other of equal size · row null',
      'processing-not-uploaded': 'processing · object absent · original same · row null',
      'processing-uploaded': 'processing · object same · original same · row null',
      'failed-before-key': 'failed · object absent · original other of equal size · row null',
      'failed-before-upload': 'failed · object absent · original same · row null',
      'failed-after-upload': 'failed · object same · original same · row null',
      'failed-after-row-update': 'failed · object other of equal size · original same · row object',
      'failed-truncated': 'failed · object other · original same · row object',
      'rolled-back': 'rolled_back · object absent · original same · row null',
      'missing-object': 'verified · object absent · original same · row object',
      'overwritten-object': 'verified · object other · original same · row object',
      'overwritten-same-size': 'verified · object other of equal size · original same · row object',
      'shared-object': 'verified · object same · original same · row object',
      'shares-object': 'verified · object same · original same · row object',
      'missing-original': 'verified · object same · original absent · row object',
      'changed-original': 'verified · object same · original other of equal size · row object',
      'row-points-elsewhere': 'verified · object same · original same · row elsewhere',
      'climbing-path': 'verified · object same · original outside · row object',
    });
  });

  test('has nothing special among its other migrated files', async () => {
    const special = specialRecords();
    const rows = sandbox.rows(`${RECORDS} WHERE fm.status IN ('completed', 'verified')`);
    const truths = await Promise.all(rows.filter(({ id }) => !special.has(id)).map(truthOf));

    expect(new Set(truths.map((truth) => truth.replace(/^\w+/, '')))).toEqual(
      new Set([' · object same · original same · row object']),
    );
    expect(truths).toHaveLength(40 + 44 + 36 + 22 + 12 + 16 + 15);
  });

  test('lets two files of different batches point at one object', () => {
    const { 'shared-object': one, 'shares-object': other } = sandboxCases;
    const keys = sandbox.rows(
      'SELECT r2_key FROM files WHERE id IN (?, ?)',
      one.fileId,
      other.fileId,
    );

    expect(keys).toHaveLength(2);
    expect(new Set(keys.map(({ r2_key }) => r2_key)).size).toBe(1);
    expect(one.batchId).not.toBe(other.batchId);
  });

  test('has a newer object where a row points elsewhere', async () => {
    const [row] = sandbox.rows(
      `${RECORDS} WHERE fm.id = ?`,
      sandboxCases['row-points-elsewhere'].recordId,
    );
    const newer = await objectUnder(row?.['r2_key']);

    expect(newer && sha256(newer)).toBe(row?.['checksum']);
    expect(row?.['checksum']).not.toBe(row?.['migrated_checksum']);
  });

  test('counts the records of each case', () => {
    const counts = Object.values(sandboxCases).map(({ count }) => count);

    expect(counts.reduce((sum, count) => sum + count)).toBe(240);
    expect(sandboxCases['failed-after-upload'].count).toBe(4);
  });

  test('has files that no migration knows and objects that no row knows', async () => {
    const unmigrated = sandbox.rows(
      'SELECT r2_key FROM files WHERE id NOT IN (SELECT file_id FROM file_migrations)',
    );
    const known = sandbox.rows(
      'SELECT r2_key AS key FROM files UNION SELECT target_r2_key FROM file_migrations',
    );
    const knownKeys = new Set(known.map(({ key }) => key));

    expect(unmigrated.filter(({ r2_key }) => r2_key === null)).toHaveLength(2);
    expect(unmigrated).toHaveLength(6);
    expect((await sandbox.keys()).filter((key) => !knownKeys.has(key))).toEqual([
      'exports/2024-11-25/all customers.csv',
      'files/amelia.hart/upload-4711.part',
      'files/chen.wei/00000000-0000-4000-8000-000000000000/left over.json',
      'healthcheck.txt',
    ]);
  });

  test.each([' ', 'é', '東京', '請求書', '🧾', '%', '+', '#', '&', "'", '"', '?', '\u0301'])(
    'has a file name with %j whose object can be read',
    async (character) => {
      const rows = sandbox.rows(
        `${RECORDS} WHERE instr(f.filename, ?) > 0 AND fm.status = 'verified'`,
        character,
      );

      const object = await objectUnder(rows[0]?.['r2_key']);
      expect(object && sha256(object)).toBe(rows[0]?.['checksum']);
    },
  );

  test('has sizes from nothing to three megabytes, under forty in all, for seven users', () => {
    const [facts] =
      sandbox.rows(`SELECT min(file_size) AS smallest, max(file_size) AS largest, sum(file_size) < 40e6 AS small,
      count(DISTINCT f.user_id) AS users FROM file_migrations m JOIN files f ON f.id = m.file_id`);

    expect(facts).toEqual({ smallest: 0, largest: 2_990_000, small: 1, users: 7 });
  });

  test('has times in order: created, started, completed, updated', () => {
    const disorder =
      sandbox.rows(`${RECORDS.replace('f.checksum', 'f.updated_at')} WHERE fm.started_at < fm.created_at
      OR fm.completed_at < fm.started_at OR (f.r2_key IS NOT NULL AND f.updated_at < fm.completed_at)
      OR fm.created_at NOT GLOB '2024-11-?? ??:??:??'`);

    expect(disorder).toEqual([]);
  });

  test('puts objects into the bucket with their content type and where they came from', async () => {
    const [row] = sandbox.rows(`${RECORDS} WHERE f.filename = 'Rechnung März & April #12.pdf'`);
    const head = await sandbox.s3.send(
      new HeadObjectCommand({ Bucket: sandbox.settings.bucket, Key: String(row?.['r2_key']) }),
    );

    expect(head.ContentType).toBe('application/pdf');
    expect(head.Metadata).toMatchObject({
      sha256: row?.['checksum'],
      'batch-id': 'b-2024-11-03-invoices',
    });
  });

  test('lies in the D1 file that wrangler would look for', () => {
    const key = createHash('sha256').update('miniflare-D1DatabaseObject').digest();
    const hmac = (data: string | Buffer): Buffer =>
      createHmac('sha256', key).update(data).digest().subarray(0, 16);
    const name = hmac(sandbox.settings.databaseId);

    const expected = `${Buffer.concat([name, hmac(name)]).toString('hex')}.sqlite`;
    expect(basename(sandbox.settings.databasePath)).toBe(expected);
  });
});
