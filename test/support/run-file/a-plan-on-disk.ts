import { join } from 'node:path';
import { openRunFiles } from '../../../src/main/adapters/run-file/run-files.ts';
import { nodeHashes } from '../../../src/main/adapters/system/node-hashes.ts';
import { finishPlan, withDigest } from '../../../src/main/core/plan/planning.ts';
import type { RunFiles, StoredItem } from '../../../src/main/core/ports/run-file.ts';
import { checkConsent } from '../../../src/main/core/run/check-plan.ts';
import { aFolder } from '../builders/a-folder.ts';
import { aStoredPlan, planCounts, RUN_ID } from '../builders/a-plan.ts';
import { anItem } from '../builders/an-item.ts';

/** A finished plan in a file of its own, with its right digest. */
export interface PlanOnDisk {
  readonly folder: string;
  readonly path: string;
  readonly files: RunFiles;
}

/** Plans `itemCount` files. The folder goes when the test ends. */
export function aPlanOnDisk(itemCount: number, folder = aFolder()): PlanOnDisk {
  const files = openRunFiles(folder);
  const counts = planCounts({
    records: itemCount,
    rowsToChange: itemCount,
    objectsToMove: itemCount,
  });
  const { digest: _digest, confirmationPhrase: _phrase, ...plan } = aStoredPlan({ counts });
  const file = withDigest(files.create(plan), nodeHashes);
  file.appendItems(Array.from({ length: itemCount }, (_, index) => anItem({ seq: index + 1 })));
  finishPlan(file, plan, { changing: itemCount });
  return { folder, path: join(folder, `${RUN_ID}.unwind`), files };
}

/** Reads everything that an execution of the plan would rely on, and refuses as an execution would. */
export function readToExecute(files: RunFiles, itemCount: number): readonly StoredItem[] {
  const runFile = files.open(RUN_ID, 'read');
  try {
    const { digest } = runFile.readPlan();
    const confirmation = `roll back ${String(itemCount)} files on prod`;
    checkConsent(runFile, { digest, confirmation, snapshot: 'take' }, nodeHashes);
    return runFile.itemsBetween(1, itemCount);
  } finally {
    runFile.close();
  }
}
