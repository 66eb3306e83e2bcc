import type { FreshSettings } from '../sandbox-settings.ts';
import { D1_BINDING, type RunningServers } from '../start-servers.ts';
import { type D1Binding, insertRows } from './insert-rows.ts';
import type { MigratedSet } from './seed-set.ts';
import { uploadObjects } from './upload-objects.ts';
import { writeOriginals } from './write-originals.ts';

interface Migration {
  readonly set: MigratedSet;
  readonly settings: FreshSettings;
  readonly servers: RunningServers;
  readonly originalsPath: string;
}

/** Puts the whole set where it belongs: originals on disk, objects over S3, rows through D1. */
export async function migrateInto({
  set,
  settings,
  servers,
  originalsPath,
}: Migration): Promise<void> {
  const database = (await servers.miniflare.getD1Database(D1_BINDING)) as unknown as D1Binding;
  // Nobody looks before all of it is there, so the order between the three places does not matter.
  await Promise.all([
    writeOriginals(originalsPath, set.originals),
    uploadObjects({ objects: set.objects, settings, endpoint: servers.endpoint }),
    insertRows(database, set),
  ]);
}
