import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { RunId } from '../../../shared/domain/plan.ts';
import { type CrashAt, NO_CRASH } from '../../core/ports/crash-points.ts';
import type { RunFiles } from '../../core/ports/run-file.ts';
import { fromRunFile, runFileInvalid } from './errors.ts';
import { createPlanFile } from './plan-file.ts';
import { openRunFile } from './run-file.ts';

const EXTENSION = '.unwind';

/** The run files below `folder`, one `<run id>.unwind` each. The folder is made when the first plan is. */
export function openRunFiles(folder: string, crashAt: CrashAt = NO_CRASH): RunFiles {
  const elsewhere = new Map<string, string>();

  function pathOf(runId: string): string {
    return elsewhere.get(runId) ?? join(folder, `${runId}${EXTENSION}`);
  }

  return {
    create: (header) => createPlanFile(pathOf(header.runId), header, crashAt),
    open: (runId, access) => {
      const file = openRunFile(pathOf(runId), access, crashAt);
      if (file.runId === runId) return file;
      file.close();
      throw runFileInvalid(file.path, `it holds run ${file.runId}, its name says ${runId}`);
    },
    register: (path) => {
      const file = openRunFile(resolve(path), 'read');
      try {
        elsewhere.set(file.runId, file.path);
        return file.runId;
      } finally {
        file.close();
      }
    },
    pathOf,
    list: () => {
      try {
        return (
          readdirSync(folder)
            .filter((name) => name.endsWith(EXTENSION))
            .map((name) => name.slice(0, -EXTENSION.length))
            // A copy that somebody put beside it under another name is not a second run.
            .filter((name) => RunId.safeParse(name).success)
            .toSorted()
            .toReversed()
        );
      } catch (error) {
        // No folder yet: no plan was ever made here.
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
        throw fromRunFile(error, folder);
      }
    },
  };
}
