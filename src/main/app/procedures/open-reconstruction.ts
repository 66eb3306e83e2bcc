import { type Reconstruction, reconstruct } from '../../core/emergency/reconstruct.ts';
import type { OpenTarget } from '../../core/ports/target.ts';
import type { ProcedureContext } from './procedure-context.ts';
import { subjectRuns } from './subject-runs.ts';

/** A reconstruction with what it was made from, which `close` forgets. */
export interface OpenReconstruction extends Reconstruction {
  close(): Promise<void>;
}

/** Gathers all that tells of the rows of a target, or of what one run of it touched. @throws RUN_NOT_FOUND */
export async function openReconstruction(
  parts: ProcedureContext,
  target: OpenTarget,
  options: { readonly runId: string | undefined; readonly onProgress: (what: string) => void },
): Promise<OpenReconstruction> {
  const { identity, database } = target;
  const { runId, onProgress } = options;
  const subjects = await subjectRuns(parts, { fingerprint: identity.fingerprint, runId });
  const { mapping } = await database.describe();
  const reader = await database.openReader();
  const stage = parts.openEvidenceStage();
  const close = async (): Promise<void> => {
    stage.close();
    await reader.close();
  };
  try {
    const made = await reconstruct(
      { ...parts, stage, reader, mapping, onProgress },
      { target: identity, subjects, tracking: runId === undefined ? 'rolled-back' : 'none' },
    );
    return { ...made, close };
  } catch (error) {
    await close();
    throw error;
  }
}
