import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { d1FileName, d1ObjectFolder } from '../../../src/main/adapters/d1/d1-file-name.ts';
import { findD1File } from '../../../src/main/adapters/d1/find-d1-file.ts';
import { startMiniflareD1 } from '../../support/d1/miniflare-d1.ts';
import { aTempFolder } from '../../support/d1/temp-folder.ts';

const state = join('.wrangler', 'state', 'v3', 'd1', d1ObjectFolder);

function aFile(folder: string, name: string, content = 'x'): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

/** A folder of D1 files as miniflare leaves it, with one database `db.sqlite`. */
function aD1Folder(cwd: string): { readonly folder: string; readonly database: string } {
  const folder = join(cwd, state);
  const database = aFile(folder, 'db.sqlite');
  for (const name of ['metadata.sqlite', 'metadata.sqlite-wal', 'db.sqlite-wal', 'db.sqlite-shm']) {
    aFile(folder, name);
  }
  aFile(folder, 'db.sqlite.unwind-lease');
  aFile(cwd, '.wrangler/state/v3/r2/miniflare-R2BucketObject/r2.sqlite');
  return { folder, database };
}

describe('D1 path', () => {
  test.for([
    ['the file', `${state}/db.sqlite`],
    ['its folder', state],
    ['a folder above it', '.wrangler/state/v3/d1'],
    ['the state folder of wrangler', '.wrangler/state/v3'],
    ['the folder that holds .wrangler', '.'],
    ['a glob', `${state}/*.sqlite`],
    ['a glob over everything', `${state}/*`],
    ['a glob with folders', '.wrangler/**/d1/**/*.sqlite'],
  ] as const)('finds the one database by %s', async ([, path]) => {
    const cwd = aTempFolder();
    const { database } = aD1Folder(cwd);

    expect(await findD1File({ path, cwd })).toBe(database);
  });

  test('may be absolute, also as a glob', async () => {
    const { folder, database } = aD1Folder(aTempFolder());

    expect(await findD1File({ path: database, cwd: '/' })).toBe(database);
    expect(await findD1File({ path: join(folder, '*.sqlite'), cwd: '/' })).toBe(database);
  });

  test('may hold characters that a glob would read differently', async () => {
    const cwd = aTempFolder();
    const database = aFile(cwd, 'copy [1] (old).sqlite');

    expect(await findD1File({ path: 'copy [1] (old).sqlite', cwd })).toBe(database);
  });

  test.for(['metadata.sqlite', 'db.sqlite-wal', 'db.sqlite-shm', 'db.sqlite.unwind-lease'])(
    'never means %s, even when it is named',
    async (name) => {
      const { folder } = aD1Folder(aTempFolder());

      await expect(findD1File({ path: name, cwd: folder })).rejects.toMatchObject({
        code: 'DATABASE_NOT_FOUND',
      });
    },
  );

  test.for(['nowhere.sqlite', 'no/*.sqlite', '.'])(
    'that means nothing is not found, saying what was looked for: %s',
    async (path) => {
      const cwd = aTempFolder();

      await expect(findD1File({ path, cwd })).rejects.toMatchObject({
        code: 'DATABASE_NOT_FOUND',
        message: expect.stringContaining(cwd) as string,
        details: { path },
      });
    },
  );

  test('that means several databases lists them with size and time', async () => {
    const cwd = aTempFolder();
    const first = aFile(cwd, 'a.sqlite', '12345');
    aFile(cwd, 'a.sqlite-wal', '678');
    const second = aFile(cwd, 'b.sqlite', '1');
    const timeOf = (path: string): string => new Date(statSync(path).mtimeMs).toISOString();

    await expect(findD1File({ path: '*.sqlite', cwd })).rejects.toMatchObject({
      code: 'D1_PATH_AMBIGUOUS',
      details: {
        candidates: [
          { path: first, sizeBytes: 8, modifiedAt: timeOf(`${first}-wal`) },
          { path: second, sizeBytes: 1, modifiedAt: timeOf(second) },
        ],
      },
      message: expect.stringContaining(`${first} (8 bytes, changed `) as string,
    });
  });
});

describe('wrangler project', () => {
  const configs = [
    ['wrangler.toml', '[[d1_databases]]\nbinding = "DB"\ndatabase_id = "the-id"\n'],
    ['wrangler.json', '{"d1_databases": [{"binding": "DB", "database_id": "the-id"}]}'],
    [
      'wrangler.jsonc',
      '{ // local\n "d1_databases": [{"binding": "DB", "database_id": "the-id",}],\n}',
    ],
  ] as const;

  test.for(configs)('finds the computed file among others by %s', async ([name, content]) => {
    const cwd = aTempFolder();
    const config = aFile(cwd, name, content);
    const database = aFile(cwd, join(state, d1FileName('the-id')));
    aFile(cwd, join(state, 'other.sqlite'));

    expect(await findD1File({ path: '.', cwd })).toBe(database);
    expect(await findD1File({ path: config, cwd: '/' })).toBe(database);
  });

  test.for([
    ['preview_database_id', 'database_id = "b"\npreview_database_id = "a"', 'a'],
    ['database_id', 'database_id = "b"', 'b'],
    ['the binding', '', 'DB'],
  ] as const)('takes %s for the name of the file', async ([, ids, expected]) => {
    const cwd = aTempFolder();
    aFile(cwd, 'wrangler.toml', `[[d1_databases]]\nbinding = "DB"\n${ids}\n`);
    const database = aFile(cwd, join(state, d1FileName(expected)));

    expect(await findD1File({ path: cwd, cwd: '/' })).toBe(database);
  });

  test('with databases in several environments lists those that exist here', async () => {
    const cwd = aTempFolder();
    const environment = (name: string): string =>
      `[[env.${name}.d1_databases]]\nbinding = "DB"\ndatabase_id = "${name}"\n`;
    aFile(cwd, 'wrangler.toml', ['dev', 'staging', 'prod'].map(environment).join(''));
    const dev = aFile(cwd, join(state, d1FileName('dev')));

    expect(await findD1File({ path: '.', cwd })).toBe(dev);
    aFile(cwd, join(state, d1FileName('staging')));
    await expect(findD1File({ path: '.', cwd })).rejects.toMatchObject({
      code: 'D1_PATH_AMBIGUOUS',
    });
  });

  test('without a local file is not found, naming binding and file', async () => {
    const cwd = aTempFolder();
    aFile(cwd, ...configs[0]);

    await expect(findD1File({ path: '.', cwd })).rejects.toMatchObject({
      code: 'DATABASE_NOT_FOUND',
      message: expect.stringMatching(new RegExp(`DB in .*${d1FileName('the-id')}`)) as string,
    });
  });

  test.for([
    ['wrangler.toml', 'd1_databases = ['],
    ['wrangler.json', '{"d1_databases": '],
    ['wrangler.jsonc', '{"d1_databases": {"binding": 1}}'],
  ] as const)(
    'whose %s cannot be read is an error of the configuration',
    async ([name, content]) => {
      const cwd = aTempFolder();
      const path = aFile(cwd, name, content);

      await expect(findD1File({ path: '.', cwd })).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        details: { path },
      });
    },
  );
});

test('the computed name is the one that miniflare gives the file', async () => {
  const miniflare = await startMiniflareD1(1);
  try {
    const { id, path } = await miniflare.nextDatabase();

    expect(await findD1File({ path: miniflare.folder, cwd: '/' })).toBe(path);
    expect(path).toBe(join(miniflare.folder, d1ObjectFolder, d1FileName(id)));
  } finally {
    await miniflare.dispose();
  }
});
