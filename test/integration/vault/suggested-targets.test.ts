import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findD1File } from '../../../src/main/adapters/d1/find-d1-file.ts';
import { errorOf, openApp, type TestApp } from '../../support/migration/open-app.ts';

let folder: string;
let app: TestApp;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'unwind-suggest-'));
});
afterEach(async () => {
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(env: Readonly<Record<string, string>> = {}): Promise<void> {
  app = await openApp({ UNWIND_HOME: join(folder, 'home'), ...env });
}

async function fromWrangler(path: string) {
  const { suggestions } = await app.client.target.suggest({ from: 'wrangler', path });
  return suggestions;
}

describe('a target from the environment', () => {
  test('has its settings under their names, and names the secrets without their values', async () => {
    await open({
      POSTGRES_HOST: 'db.example.org',
      POSTGRES_DB: 'app',
      POSTGRES_USER: 'dba',
      POSTGRES_PASSWORD: 'canary-secret',
      R2_BUCKET_NAME: 'files',
      UNWIND_LOG_LEVEL: 'info',
    });

    const answer = await app.client.target.suggest({ from: 'environment' });

    expect(answer.suggestions).toMatchObject([
      {
        name: 'from-environment',
        settings: {
          POSTGRES_HOST: 'db.example.org',
          POSTGRES_DB: 'app',
          POSTGRES_USER: 'dba',
          R2_BUCKET_NAME: 'files',
        },
        secretsSet: ['POSTGRES_PASSWORD'],
      },
    ]);
    expect(JSON.stringify(answer)).not.toContain('canary-secret');
    expect(JSON.stringify(answer)).not.toContain('UNWIND_');
  });

  test('is none where the environment names nothing', async () => {
    await open();

    expect(await app.client.target.suggest({ from: 'environment' })).toEqual({ suggestions: [] });
  });
});

describe('a target from a wrangler project', () => {
  test('is one for each database of each environment, with bucket, jurisdiction and account', async () => {
    writeFileSync(
      join(folder, 'wrangler.jsonc'),
      `{ // a project
        "name": "my app", "account_id": "0123456789abcdef",
        "d1_databases": [{ "binding": "DB", "database_id": "local-id" }],
        "r2_buckets": [{ "binding": "FILES", "bucket_name": "files" }],
        "env": { "production": {
          "d1_databases": [{ "binding": "DB", "database_id": "p1" }, { "binding": "AUDIT", "database_id": "p2" }],
          "r2_buckets": [{ "binding": "FILES", "bucket_name": "files-eu", "jurisdiction": "eu" }],
        } },
      }`,
    );
    await open();

    const suggestions = await fromWrangler(folder);

    expect(suggestions.map(({ name }) => name)).toEqual([
      'my-app',
      'my-app-production-db',
      'my-app-production-audit',
    ]);
    expect(suggestions[0]?.settings).toMatchObject({
      USE_D1_DATABASE: 'true',
      R2_BUCKET_NAME: 'files',
      CLOUDFLARE_ACCOUNT_ID: '0123456789abcdef',
    });
    expect(suggestions[1]?.settings).toMatchObject({
      R2_BUCKET_NAME: 'files-eu',
      R2_JURISDICTION: 'eu',
    });
    expect(await fromWrangler(join(folder, 'wrangler.jsonc'))).toEqual(suggestions);
  });

  test('names the local file that wrangler makes for the database', async () => {
    writeFileSync(
      join(folder, 'wrangler.toml'),
      '[[d1_databases]]\nbinding = "DB"\ndatabase_id = "some-id"\n',
    );
    await open();
    const [suggestion] = await fromWrangler(folder);
    const path = suggestion?.settings['D1_LOCAL_PATH'] ?? '';
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '');

    expect(suggestion?.name).toBe('wrangler');
    // What finds the database of a project by its folder looks at the same place.
    expect(await findD1File({ path: folder, cwd: '/' })).toBe(path);
  });

  test('is refused where there is no project, no database in it, or it cannot be read', async () => {
    await open();
    const refusal = async () =>
      (await errorOf(app.client.target.suggest({ from: 'wrangler', path: folder }))).message;

    expect(await refusal()).toContain('No wrangler project was found');
    writeFileSync(join(folder, 'wrangler.toml'), 'name = "app"\n');
    expect(await refusal()).toContain('binds no D1 database');
    writeFileSync(join(folder, 'wrangler.toml'), 'name = \n');
    expect(await refusal()).toContain('cannot be read');
  });
});
