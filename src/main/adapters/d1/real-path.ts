import { realpathSync } from 'node:fs';
import { fromFileSystem } from './errors.ts';

/** The real path of a D1 file, so that links and spellings of one path are one file. */
export function realPathOf(databasePath: string): string {
  try {
    return realpathSync(databasePath);
  } catch (error) {
    throw fromFileSystem(error, { doing: 'Looking for the D1 database', path: databasePath });
  }
}
