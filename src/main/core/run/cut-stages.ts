import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { StageRequest } from '../../../shared/domain/stage.ts';
import { changingFiles } from '../plan/blast-radius.ts';
import type { RunFile, StageCut, StoredItem, StoredPlan, StoredStage } from '../ports/run-file.ts';
import { boundaryNames } from './checkpoints.ts';

const PAGE = 1_000;

/** A run that is not staged. */
const NO_STAGES: StageCut = { stages: [], deferred: new Map() };

/** Items that go together, figures added up. */
interface Unit {
  readonly files: number;
  readonly rows: number;
  readonly objects: number;
  readonly bytes: number;
}

const NOTHING: Unit = { files: 0, rows: 0, objects: 0, bytes: 0 };

/**
 * Divides the changing items of a plan into stages, in the order of the plan; what is left over is the last stage. Reads only.
 *
 * Items that share an object or a file row stay together and wait for the last of them: an object must not go while a row of a
 * later stage points at it. So a stage has at most as many files as were asked for, except where its first group alone has more.
 * @throws USAGE_INVALID the plan is no rollback, a name is taken, or the first stage would be all of it.
 */
export function cutStages(
  runFile: Pick<RunFile, 'readPlan' | 'pageItems' | 'sharedFates'>,
  requests: readonly StageRequest[],
): StageCut {
  if (requests.length === 0) return NO_STAGES;
  const plan = runFile.readPlan();
  if (plan.kind !== 'rollback') {
    throw new OperatorError('USAGE_INVALID', {
      message: `The plan ${plan.runId} is a plan of ${plan.kind}; only a rollback is done in stages.`,
      hint: 'Execute it without stages.',
    });
  }
  const names = boundaryNames(requests);
  const fates = createFates(runFile.sharedFates());
  const filler = createFiller(requests, names);
  for (const item of changingItems(runFile)) {
    const place = fates.meet(item);
    if (place !== undefined && filler.put(place, item.seq) === 'full') break;
  }
  const stages = withRest(filler.stages(), plan);
  if (stages.length < 2) throw nothingAfterFirst(plan, requests[0]?.files ?? 0);
  return { stages, deferred: deferredOf(stages, fates) };
}

function nothingAfterFirst(plan: StoredPlan, asked: number): OperatorError {
  const files = changingFiles(plan.counts);
  return new OperatorError('USAGE_INVALID', {
    message: `The first stage was to be ${String(asked)} files, and it takes in all ${String(files)} that the plan changes: nothing would be left to hold back. Nothing was changed.`,
    hint: 'Ask for fewer files in the first stage, or execute the plan without stages.',
    details: { asked, files },
  });
}

function* changingItems(runFile: Pick<RunFile, 'pageItems'>): Generator<StoredItem> {
  let afterSeq = 0;
  for (;;) {
    const page = runFile.pageItems({ filter: 'changing', afterSeq, limit: PAGE });
    yield* page;
    const last = page.at(-1);
    if (last === undefined) return;
    afterSeq = last.seq;
  }
}

function unitOf(item: StoredItem): Unit {
  const moves = item.objectState !== 'none';
  return {
    files: 1,
    rows: item.rowAction === 'none' ? 0 : 1,
    objects: moves ? 1 : 0,
    bytes: moves ? (item.object?.sizeBytes ?? 0) : 0,
  };
}

function sum(left: Unit, right: Unit): Unit {
  return {
    files: left.files + right.files,
    rows: left.rows + right.rows,
    objects: left.objects + right.objects,
    bytes: left.bytes + right.bytes,
  };
}

/** Groups of items that go together. */
interface Fates {
  /** Takes the next item of the plan; gives what can be placed now: the item alone, or its group when it is the last of it. */
  meet(item: StoredItem): Unit | undefined;
  /** Each group as its positions; the last one is where the group is placed. */
  readonly groups: readonly (readonly number[])[];
}

function createFates(shared: readonly (readonly number[])[]): Fates {
  const groups = mergeGroups(shared);
  const groupOf = new Map(groups.flatMap((group) => group.map((seq) => [seq, group] as const)));
  const met = new Map<readonly number[], Unit>();
  return {
    groups,
    meet: (item) => {
      const group = groupOf.get(item.seq);
      if (group === undefined) return unitOf(item);
      const unit = sum(met.get(group) ?? NOTHING, unitOf(item));
      met.set(group, unit);
      return item.seq === group.at(-1) ? unit : undefined;
    },
  };
}

/** Joins groups that have a position in common; each in ascending order. */
function mergeGroups(shared: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const leader = new Map<number, number>();
  const find = (seq: number): number => {
    let top = seq;
    for (let next = leader.get(top) ?? top; next !== top; next = leader.get(top) ?? top) top = next;
    leader.set(seq, top);
    return top;
  };
  for (const [first, ...others] of shared) {
    if (first === undefined) continue;
    for (const other of others) leader.set(find(other), find(first));
    leader.set(first, find(first));
  }
  const groups = Map.groupBy(leader.keys(), find);
  return [...groups.values()].map((group) => group.toSorted((left, right) => left - right));
}

/** Fills one stage after the other. */
interface Filler {
  /** Puts what goes together, ending at a position, into the stage that has room for it; `full`: only the last stage is left. */
  put(unit: Unit, seq: number): 'placed' | 'full';
  stages(): readonly StoredStage[];
}

function createFiller(requests: readonly StageRequest[], names: readonly string[]): Filler {
  const done: StoredStage[] = [];
  let filling = NOTHING;
  let lastSeq = 0;

  function endStage(): void {
    const checkpoint = names[done.length] ?? null;
    done.push({ number: done.length + 1, checkpoint, ...filling, lastSeq, endedAt: null });
    filling = NOTHING;
  }

  return {
    put: (unit, seq) => {
      const wanted = (): number => requests[done.length]?.files ?? 0;
      if (filling.files > 0 && filling.files + unit.files > wanted()) endStage();
      if (done.length === requests.length) return 'full';
      filling = sum(filling, unit);
      lastSeq = seq;
      if (filling.files >= wanted()) endStage();
      return 'placed';
    },
    stages: () => {
      if (filling.files > 0) endStage();
      return done;
    },
  };
}

/** Adds what no stage took, or makes the last one the rest: after it nothing is held. */
function withRest(stages: readonly StoredStage[], plan: StoredPlan): readonly StoredStage[] {
  const { counts } = plan;
  const rest = {
    files: changingFiles(counts) - total(stages, 'files'),
    rows: counts.rowsToChange - total(stages, 'rows'),
    objects: counts.objectsToMove - total(stages, 'objects'),
    bytes: counts.bytesToFree - total(stages, 'bytes'),
  };
  const last = { checkpoint: null, lastSeq: null, endedAt: null };
  if (rest.files > 0) return [...stages, { number: stages.length + 1, ...rest, ...last }];
  return stages.map((stage) => (stage.number === stages.length ? { ...stage, ...last } : stage));
}

function total(stages: readonly StoredStage[], figure: keyof Unit): number {
  return stages.reduce((count, stage) => count + stage[figure], 0);
}

function deferredOf(
  stages: readonly StoredStage[],
  { groups }: Fates,
): ReadonlyMap<number, number> {
  const stageAt = (seq: number): number =>
    (stages.find((stage) => stage.lastSeq === null || seq <= stage.lastSeq) ?? stages.at(-1))
      ?.number ?? 0;
  return new Map(
    groups.flatMap((group) => {
      const stage = stageAt(group.at(-1) ?? 0);
      return group.filter((seq) => stageAt(seq) !== stage).map((seq) => [seq, stage] as const);
    }),
  );
}
