import pMap from 'p-map';
import type { Acceptance, Finding, ObjectFacts, PlanCounts } from '../../../shared/domain/plan.ts';
import { nowIso } from '../ports/clock.ts';
import type { PlanFile, PlanHeader, RunFile, StoredItem } from '../ports/run-file.ts';
import type { OpenTarget } from '../ports/target.ts';
import { type BlastRadius, blastRadiusFindings } from './blast-radius.ts';
import { statKeys } from './gather-facts.ts';
import { planSteps } from './plan-steps.ts';
import { finishPlan, makePlanFile, type PlanningContext, throwIfCancelled } from './planning.ts';
import { proveElsewhere } from './prove-elsewhere.ts';

const CHUNK = 1_000;
const CONCURRENCY = 8;

async function purgeItem(request: {
  readonly target: OpenTarget;
  readonly item: StoredItem;
  readonly seq: number;
  readonly objects: ReadonlyMap<string, ObjectFacts>;
}): Promise<StoredItem> {
  const { target, item, seq, objects } = request;
  const copy = objects.get(item.quarantineKey ?? '');
  const elsewhere =
    copy === undefined
      ? undefined
      : await proveElsewhere(target, item, { copy, current: objects.get(item.objectKey ?? '') });
  const held = elsewhere?.held ?? null;
  const purges = copy !== undefined && held === null;
  return {
    ...item,
    seq,
    verdict: held !== null ? 'held' : purges ? 'change' : 'untouched',
    rowAction: 'none',
    objectAction: purges ? 'purge' : 'none',
    after: item.before,
    object: copy ?? null,
    objectProof: copy === undefined ? 'disproved' : 'proved',
    objectDetail:
      copy === undefined ? 'no quarantine copy is left' : `quarantine copy at ${copy.key}`,
    originalProof: elsewhere === undefined ? 'not-needed' : held === null ? 'proved' : 'disproved',
    originalDetail: elsewhere?.detail ?? 'nothing depends on it',
    held,
    rowState: 'none',
    objectState: purges ? 'planned' : 'none',
    stateDetail: null,
  };
}

const POINT_OF_NO_RETURN: Finding = {
  code: 'point-of-no-return',
  severity: 'warning',
  message: 'A purge is the point of no return: after it the rollback can no longer be undone.',
  fix: 'Keep the quarantine until the rolled-back state has been used for a while.',
};

/** A purge touches no row: a share of the table would say nothing. */
function purgeRadius(counts: PlanCounts): BlastRadius {
  return { files: counts.objectsToMove, bytes: counts.bytesToFree, recordsInTable: null };
}

/** Plans the purge of a run's quarantine and returns the plan's id. Reads only; copies that are the last of their content are held. */
export async function planPurge(
  context: PlanningContext,
  subject: RunFile,
  acceptances: readonly Acceptance[],
): Promise<string> {
  subject.checkSound();
  const plan = subject.readPlan();
  await context.target.objects.checkAccess();
  const header: PlanHeader = {
    runId: context.ids.next(),
    kind: 'purge',
    subjectRunId: subject.runId,
    target: context.target.identity,
    scope: plan.scope,
    scopeInWords: `purge of the quarantine of ${plan.scopeInWords}`,
    createdAt: nowIso(context.clock),
    createdBy: context.operator,
    acceptances,
  };
  return makePlanFile(context, header, async (file) => {
    await readPurgeItems(context, subject, file);
    const counts = file.counts();
    const steps = counts.objectsToMove === 0 ? [] : planSteps('purge', counts, 0);
    finishPlan(
      file,
      {
        ...header,
        counts,
        batches: [],
        findings: [
          ...blastRadiusFindings(purgeRadius(counts), context.target.limits, acceptances),
          POINT_OF_NO_RETURN,
        ],
        steps: [...steps],
      },
      { changing: counts.objectsToMove },
    );
  });
}

async function readPurgeItems(
  context: PlanningContext,
  subject: RunFile,
  file: PlanFile,
): Promise<void> {
  const total = subject.readPlan().counts.objectsToMove;
  let seq = 0;
  let afterSeq = 0;
  for (;;) {
    const page = subject.pageItems({ filter: 'changing', afterSeq, limit: CHUNK });
    const last = page.at(-1);
    if (last === undefined) return;
    throwIfCancelled(context);
    const copied = page.filter((item) => item.quarantineKey !== null);
    const objects = await statKeys(
      context.target,
      copied.flatMap((item) => [item.quarantineKey, item.objectKey].filter((key) => key !== null)),
    );
    const firstSeq = seq + 1;
    file.appendItems(
      await pMap(
        copied,
        (item, index) =>
          purgeItem({ target: context.target, item, seq: firstSeq + index, objects }),
        { concurrency: CONCURRENCY },
      ),
    );
    seq += copied.length;
    afterSeq = last.seq;
    context.onProgress('Proving that the content exists elsewhere', seq, total);
    await context.clock.nextTurn();
  }
}
