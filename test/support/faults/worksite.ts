import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { aMigration, type FileSpec, type World } from '../migration/a-migration.ts';
import { aPostgresMigration } from '../migration/a-postgres-migration.ts';
import type { TestDatabase } from '../postgres/start-postgres.ts';
import type { TestR2 } from '../r2/start-r2.ts';
import { openFilesBelow } from '../system/open-files.ts';

/** A small migration that faults are brought to, seen from outside Unwind. */
export interface Worksite {
  readonly folder: string;
  /** Environment that makes it the default target. */
  readonly env: Readonly<Record<string, string>>;
  /** Everything as it was before Unwind touched it. */
  readonly before: World;
  world(): Promise<World>;
  /** Contents of the quarantine that belong to this migration. */
  quarantined(): Promise<readonly string[]>;
  /** Contents of the originals on disk. */
  originals(): readonly string[];
  /** What is written in each backup file that has its own name. */
  backups(): readonly string[];
  /** Files below its folder that this process still has open; empty where the system does not tell. */
  openFiles(): readonly string[];
  remove(): void;
}

/** Two files of one batch: enough for every step, and for one to go wrong while the other does not. */
const FILES: readonly FileSpec[] = [{ id: 'a' }, { id: 'b' }];

/** Makes a migration on a D1 file. */
export async function aD1Worksite(r2: TestR2): Promise<Worksite> {
  const migration = await aMigration(r2, FILES);
  return worksiteOf(r2, { ...migration, before: await migration.world() });
}

/** Makes a migration in a PostgreSQL database; `port`: of a proxy before the server. */
export async function aPostgresWorksite(
  r2: TestR2,
  at: { readonly database: TestDatabase; readonly port: number },
): Promise<Worksite> {
  const migration = await aPostgresMigration(r2, at.database, FILES);
  const env = migration.env(at.port);
  return worksiteOf(r2, { ...migration, env, before: await migration.world() });
}

function worksiteOf(
  r2: TestR2,
  migration: Pick<Worksite, 'folder' | 'env' | 'before' | 'world' | 'remove'>,
): Worksite {
  const { folder, env, before, world, remove } = migration;
  return {
    folder,
    env,
    before,
    world,
    remove,
    quarantined: async () => {
      const { quarantined } = await world();
      return Promise.all(quarantined.map(async (key) => (await r2.read(key)) ?? ''));
    },
    originals: () =>
      readdirSync(join(folder, 'originals', 'uploads')).map((name) =>
        readFileSync(join(folder, 'originals', 'uploads', name), 'utf8'),
      ),
    backups: () => finishedBackups(join(folder, 'home', 'backups')),
    openFiles: () => openFilesBelow(folder),
  };
}

function finishedBackups(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
}
