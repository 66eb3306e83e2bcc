import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { SnapshotEntry } from '../../../shared/domain/snapshot.ts';
import type { ProcedureContext } from './procedure-context.ts';
import { reading } from './read-runs.ts';

/** Adds whose rows a backup holds: a snapshot says so itself, of a backup the file of its run may. */
export async function withOrigin(
  parts: ProcedureContext,
  entry: SnapshotEntry,
): Promise<SnapshotEntry> {
  const { targetFingerprint, runId } = entry;
  if (targetFingerprint !== null || runId === null) return entry;
  try {
    return await reading(parts, runId, (runFile) => {
      const { target } = runFile.readPlan();
      return { ...entry, targetName: target.name, targetFingerprint: target.fingerprint };
    });
  } catch (error) {
    // Without the file of its run nobody knows; that is said where it matters.
    const isGone = error instanceof OperatorError && GONE.has(error.code);
    if (isGone) return entry;
    throw error;
  }
}

const GONE: ReadonlySet<string> = new Set(['RUN_NOT_FOUND', 'RUN_FILE_INVALID']);

/** Every snapshot and backup, newest first, with whose rows it holds where that is known. */
export async function listSnapshots(parts: ProcedureContext): Promise<SnapshotEntry[]> {
  const entries: SnapshotEntry[] = [];
  for (const entry of await parts.catalogue.list()) {
    entries.push(await withOrigin(parts, entry));
    await parts.clock.nextTurn();
  }
  return entries;
}
