import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { SafeMode } from '../../../shared/domain/safe-mode.ts';
import type { StoredSafeModeReason } from '../../core/ports/safe-modes.ts';
import { admissionOf } from '../../core/safe-mode/admission.ts';
import { describeSafeMode } from '../../core/safe-mode/describe-safe-mode.ts';
import type { ExitSubject } from '../../core/safe-mode/exits.ts';
import { leaveSafeMode } from '../../core/safe-mode/leave-safe-mode.ts';
import { lookAtBegunRuns } from '../../core/safe-mode/look-at-begun-runs.ts';
import type { ProcedureContext } from './procedure-context.ts';
import { reading, readRunDetail } from './read-runs.ts';

async function describe(
  parts: ProcedureContext,
  reasons: readonly StoredSafeModeReason[],
): Promise<SafeMode | undefined> {
  const subjects: ExitSubject[] = [];
  for (const runId of new Set(reasons.map((reason) => reason.runId))) {
    const subject = await subjectOf(parts, runId);
    if (subject !== undefined) subjects.push(subject);
  }
  return describeSafeMode(reasons, subjects);
}

/** What is known of a run: from its file, or, where that is lost, from the workspace. */
async function subjectOf(parts: ProcedureContext, runId: string): Promise<ExitSubject | undefined> {
  try {
    const { plan, state, undoneBy, counts, snapshotId } = await readRunDetail(parts, runId);
    const { kind, subjectRunId, scope, target } = plan;
    const about = { runId, kind, subjectRunId, scope, targetName: target.name };
    return { ...about, state, undoneBy, snapshotId, failedCount: counts.failed };
  } catch (error) {
    const isLost =
      error instanceof OperatorError &&
      (error.code === 'RUN_NOT_FOUND' || error.code === 'RUN_FILE_INVALID');
    if (!isLost) throw error;
    const begun = parts.begunRuns.find(runId);
    if (begun === undefined) return undefined;
    const { kind, subjectRunId, scope, targetName } = begun;
    const about = { runId, kind, subjectRunId, scope, targetName };
    const snapshotId = await findSnapshotOf(parts, runId);
    return { ...about, state: 'lost', undoneBy: null, snapshotId, failedCount: 0 };
  }
}

/** The snapshot of a run whose file is lost: it says itself of which run it is. */
async function findSnapshotOf(parts: ProcedureContext, runId: string): Promise<string | null> {
  const snapshots = await parts.catalogue.list();
  const own = snapshots.find((entry) => entry.kind === 'snapshot' && entry.runId === runId);
  return own?.snapshotId ?? null;
}

/** The procedures about targets in safe mode. */
export function safeModeProcedures(parts: ProcedureContext) {
  const { os } = parts;
  return {
    list: os.safeMode.list.handler(async () => {
      await lookAtBegunRuns(parts, { lease: 'not-held' });
      const byTarget = Map.groupBy(parts.safeModes.reasons(), (one) => one.targetFingerprint);
      const safeModes: SafeMode[] = [];
      for (const reasons of byTarget.values()) {
        const safeMode = await describe(parts, reasons);
        if (safeMode !== undefined) safeModes.push(safeMode);
      }
      return { safeModes };
    }),
    get: os.safeMode.get.handler(async ({ input: { fingerprint } }) => {
      await lookAtBegunRuns(parts, { fingerprint, lease: 'not-held' });
      return {
        safeMode: (await describe(parts, parts.safeModes.reasons(fingerprint))) ?? null,
      };
    }),
    admission: os.safeMode.admission.handler(async ({ input }) => {
      const plan = await reading(parts, input.runId, (runFile) => runFile.readPlan());
      const { fingerprint } = plan.target;
      await lookAtBegunRuns(parts, { fingerprint, lease: 'not-held' });
      return admissionOf(plan, parts.safeModes.reasons(fingerprint), parts.begunRuns);
    }),
    leave: os.safeMode.leave.handler(({ input }) => leaveSafeMode(parts, input)),
  };
}
