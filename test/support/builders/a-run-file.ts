import { onTestFinished } from 'vitest';
import type {
  RunFile,
  RunFiles,
  StoredItem,
  StoredPlan,
} from '../../../src/main/core/ports/run-file.ts';
import { aStoredPlan } from './a-plan.ts';
import { anItem } from './an-item.ts';

/** A finished plan in `files`: items with positions 1, 2, 3… as given. */
export function aFinishedPlan(
  files: RunFiles,
  made: { readonly plan?: Partial<StoredPlan>; readonly items?: readonly StoredItem[] } = {},
): StoredPlan {
  const plan = aStoredPlan(made.plan);
  const file = files.create(plan);
  file.appendItems(made.items ?? [anItem()]);
  file.finish(plan);
  return plan;
}

/** As `aFinishedPlan`, opened; closed when the test ends. */
export function anOpenRun(
  files: RunFiles,
  made: Parameters<typeof aFinishedPlan>[1] & { readonly access?: 'read' | 'write' } = {},
): RunFile {
  const { runId } = aFinishedPlan(files, made);
  const runFile = files.open(runId, made.access ?? 'write');
  onTestFinished(() => {
    runFile.close();
  });
  return runFile;
}
