import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { RunFiles } from '../../core/ports/run-file.ts';
import { fromRunFile } from './errors.ts';
import { createPlanFile } from './plan-file.ts';
import { openRunFile } from './run-file.ts';

const EXTENSION = '.unwind';

/** The run files below `folder`, one `<run id>.unwind` each. The folder is made when the first plan is. */
export function openRunFiles(folder: string): RunFiles {
  const elsewhere = new Map<string, string>();

  function pathOf(runId: string): string {
    return elsewhere.get(runId) ?? join(folder, `${runId}${EXTENSION}`);
  }

  return {
    create: (header) => createPlanFile(pathOf(header.runId), header),
    open: (runId, access) => openRunFile(pathOf(runId), access),
    register: (path) => {
      const file = openRunFile(resolve(path), 'read');
      try {
        elsewhere.set(file.runId, file.path);
        return file.runId;
      } finally {
        file.close();
      }
    },
    list: () => {
      try {
        return readdirSync(folder)
          .filter((name) => name.endsWith(EXTENSION))
          .map((name) => name.slice(0, -EXTENSION.length))
          .toSorted()
          .toReversed();
      } catch (error) {
        // No folder yet: no plan was ever made here.
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
        throw fromRunFile(error, folder);
      }
    },
  };
}
