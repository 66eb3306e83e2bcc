import { renameSync } from 'node:fs';
import { dirname } from 'node:path';
import type { PublishEvent } from '../../core/ports/crash-points.ts';
import { syncFile, syncFolder } from './sync-path.ts';

/** A file that is complete under a temporary name in the folder where it belongs. */
export interface FinishedFile {
  readonly temporary: string;
  readonly path: string;
  /** Crash points: called between all steps. */
  readonly at?: (event: PublishEvent) => void;
}

/**
 * Gives a finished file its name: fsync → rename → fsync of the folder (invariant 12). Durable on return. What bears the name is whole;
 * a process that dies before leaves a temporary file that nobody reads.
 */
export function publishFile({ temporary, path, at }: FinishedFile): void {
  at?.('before-sync');
  syncFile(temporary);
  at?.('after-sync');
  renameSync(temporary, path);
  at?.('after-rename');
  syncFolder(dirname(path));
  at?.('after-publish');
}
