import type { PlanItem } from '../../../shared/domain/plan.ts';
import type { StageExtent, StageRequest } from '../../../shared/domain/stage.ts';
import type { RunFile, StageCut, StoredItem, StoredStage } from '../ports/run-file.ts';
import { cutStages } from './cut-stages.ts';
import { toPlanItem } from './describe-run.ts';

const PAGE = 1_000;

/** A stage as it would be, with the first files of it. */
export type StagePreview = StageExtent & { sample: PlanItem[] };

/** How a plan would be done in stages. Reads only. @throws USAGE_INVALID as `cutStages`. */
export function previewStages(
  runFile: RunFile,
  requests: readonly StageRequest[],
  sample: number,
): StagePreview[] {
  const cut = cutStages(runFile, requests);
  return cut.stages.map((stage) => {
    const { lastSeq: _lastSeq, endedAt: _endedAt, ...extent } = stage;
    return {
      ...extent,
      sample: firstItems(runFile, { cut, stage, count: sample }).map(toPlanItem),
    };
  });
}

function firstItems(
  runFile: RunFile,
  wanted: { readonly cut: StageCut; readonly stage: StoredStage; readonly count: number },
): readonly StoredItem[] {
  const { cut, stage, count } = wanted;
  const found: StoredItem[] = [];
  const before = cut.stages.find(({ number }) => number === stage.number - 1);
  // A deferred item stands before the position at which its own stage begins.
  const early = [...cut.deferred].filter(([, number]) => number === stage.number);
  for (const [seq] of early.slice(0, count)) found.push(...runFile.itemsBetween(seq, seq));
  let afterSeq = before?.lastSeq ?? 0;
  while (found.length < count) {
    const page = runFile.pageItems({ filter: 'changing', afterSeq, limit: PAGE });
    const last = page.at(-1);
    if (last === undefined || afterSeq >= (stage.lastSeq ?? Number.MAX_SAFE_INTEGER)) break;
    found.push(
      ...page.filter(
        ({ seq }) => seq <= (stage.lastSeq ?? Number.MAX_SAFE_INTEGER) && !cut.deferred.has(seq),
      ),
    );
    afterSeq = last.seq;
  }
  return found.toSorted((left, right) => left.seq - right.seq).slice(0, count);
}
