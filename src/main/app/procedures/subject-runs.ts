import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { RunDetail } from '../../../shared/domain/run.ts';
import type { SnapshotEntry } from '../../../shared/domain/snapshot.ts';
import type { SubjectRun } from '../../core/emergency/gather-evidence.ts';
import type { ProcedureContext } from './procedure-context.ts';
import { runsOf } from './read-runs.ts';
import { listSnapshots } from './snapshot-origins.ts';

/**
 * The runs before which rows of a target are reconstructed, oldest first: the one that is named, or each that changed rows and was not taken
 * back. A run of which only a snapshot is left counts as well.
 * @throws RUN_NOT_FOUND when nothing is there of the run that was named.
 */
export async function subjectRuns(
  parts: ProcedureContext,
  about: { readonly fingerprint: string; readonly runId: string | undefined },
): Promise<readonly SubjectRun[]> {
  const known = await runsOf(parts, about.fingerprint);
  const snapshots = (await listSnapshots(parts)).filter(
    ({ targetFingerprint }) => targetFingerprint === about.fingerprint,
  );
  const runIds = about.runId === undefined ? standing(known, snapshots) : [about.runId];
  const files = new Set(parts.runFiles.list());
  const subjects = runIds.toSorted().map(
    (runId): SubjectRun => ({
      runId,
      hasFile: files.has(runId),
      // The snapshot first: it is proved, a backup is not.
      snapshots: snapshots
        .filter((entry) => entry.runId === runId)
        .toSorted((left, right) => (left.kind < right.kind ? 1 : -1)),
    }),
  );
  const [first] = subjects;
  if (about.runId !== undefined && first?.hasFile === false && first.snapshots.length === 0) {
    throw new OperatorError('RUN_NOT_FOUND', {
      message: `Nothing is left of run ${about.runId}: neither its file nor a snapshot of it.`,
      hint: 'Leave --run out to reconstruct from all that is there.',
      details: { runId: about.runId },
    });
  }
  return subjects;
}

function standing(
  known: readonly RunDetail[],
  snapshots: readonly SnapshotEntry[],
): readonly string[] {
  const byId = new Map(known.map((run) => [run.runId, run]));
  const undone = new Set(
    known.filter(({ plan }) => plan.kind === 'undo').map(({ plan }) => plan.subjectRunId),
  );
  const ofFiles = known.filter(({ plan }) => plan.kind === 'rollback' || plan.kind === 'restore');
  const ofSnapshots = snapshots.flatMap(({ runId }) =>
    runId === null || byId.has(runId) ? [] : [runId],
  );
  const all = new Set([...ofFiles.map(({ runId }) => runId), ...ofSnapshots]);
  return [...all].filter((runId) => {
    const run = byId.get(runId);
    return run === undefined ? !undone.has(runId) : run.undoneBy === null;
  });
}
