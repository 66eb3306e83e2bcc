import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { folderSnapshots } from '../../src/main/adapters/snapshots/folder-snapshots.ts';
import type { FullRow } from '../../src/main/core/ports/migration-database.ts';
import { aFolder } from '../support/builders/a-folder.ts';
import { describeSnapshotStore } from './snapshot-store.suite.ts';

describeSnapshotStore('a folder', () => {
  const folder = aFolder();
  return {
    store: folderSnapshots(folder),
    readRows: (snapshotId, table) =>
      zstdDecompressSync(readFileSync(join(folder, snapshotId, `${table}.ndjson.zst`)))
        .toString('utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as FullRow),
    entries: () => readdirSync(folder),
  };
});
