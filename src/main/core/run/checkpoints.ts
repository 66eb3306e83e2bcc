import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { StepName } from '../../../shared/domain/plan.ts';
import type { Checkpoint, StageRequest } from '../../../shared/domain/stage.ts';
import { type Clock, nowIso } from '../ports/clock.ts';
import type { RunFile, StoredPlan, StoredStage } from '../ports/run-file.ts';

/** The checkpoint at which nothing of the target is changed yet. */
const BEFORE_ALL = 'before-first-change';

/**
 * Names of the checkpoints at which a staged run will wait, in order.
 * @throws USAGE_INVALID a name is given twice, or is one that Unwind gives itself.
 */
export function boundaryNames(requests: readonly StageRequest[]): readonly string[] {
  const names = requests.map(
    ({ checkpoint }, index) => checkpoint ?? `after-stage-${String(index + 1)}`,
  );
  const taken = names.find(
    (name, index) => names.indexOf(name) !== index || name === BEFORE_ALL || isStepCheckpoint(name),
  );
  if (taken === undefined) return names;
  throw new OperatorError('USAGE_INVALID', {
    message: `The checkpoint name "${taken}" is taken. Nothing was changed.`,
    hint: 'Give each stage a name of its own, such as "after-canary".',
    details: { checkpoint: taken },
  });
}

/** The stage that a run is in; `undefined` for a run that is not staged. */
export function currentStage(stages: readonly StoredStage[]): StoredStage | undefined {
  return stages.find((stage) => stage.endedAt === null);
}

/** The checkpoint that a run begins with. */
export function beforeFirstChange(at: string): Checkpoint {
  return {
    name: BEFORE_ALL,
    kind: 'boundary',
    label: 'before the first change',
    at,
    stage: 0,
    rowsDone: 0,
    objectsDone: 0,
    drifted: 0,
    truth: 'Nothing of the target is changed.',
  };
}

type StepWords = Pick<Checkpoint, 'name' | 'label' | 'truth'>;

const STEP_WORDS: Partial<Record<StepName, StepWords>> = {
  snapshot: {
    name: 'after-snapshot',
    label: 'after the snapshot, before rows are reset',
    truth: 'Every row of the plan is copied, and the copy is read back.',
  },
  'verify-rows': {
    name: 'after-rows',
    label: 'after rows were reset and verified, before objects go',
    truth: 'The rows that were reset hold what was planned; every object is where it was.',
  },
  'quarantine-objects': {
    name: 'after-copies',
    label: 'after objects were copied to the quarantine, before any is deleted',
    truth: 'Each object that is to go has a copy in the quarantine whose SHA-256 is equal.',
  },
};

function stepCheckpointName(name: string, stage: number): string {
  return stage < 2 ? name : `${name}-of-stage-${String(stage)}`;
}

function isStepCheckpoint(name: string): boolean {
  return Object.values(STEP_WORDS).some(
    (words) => name === words.name || name.startsWith(`${words.name}-of-stage-`),
  );
}

/** What making a checkpoint needs to know about its run. */
interface Reached {
  readonly runFile: Pick<RunFile, 'stateCounts'>;
  readonly plan: Pick<StoredPlan, 'kind'>;
  readonly stage: StoredStage | undefined;
  readonly clock: Clock;
}

/** The checkpoint that a run has reached with the end of a step; `undefined` where a step has none. */
export function checkpointAfterStep(run: Reached, step: StepName): Checkpoint | undefined {
  const words = run.plan.kind === 'rollback' ? STEP_WORDS[step] : undefined;
  if (words === undefined) return undefined;
  const stage = run.stage?.number ?? 1;
  // The snapshot is of every stage: later ones only read it again, with rows reset.
  if (step === 'snapshot' && stage > 1) return undefined;
  return {
    ...words,
    name: stepCheckpointName(words.name, stage),
    label: stage < 2 ? words.label : `${words.label} (stage ${String(stage)})`,
    kind: 'step',
    at: nowIso(run.clock),
    stage,
    ...run.runFile.stateCounts(),
  };
}

/** The checkpoint at which a stage ends; `undefined` where the run does not wait after it. */
export function checkpointAfterStage(run: Reached): Checkpoint | undefined {
  const { stage } = run;
  if (stage === undefined || stage.checkpoint === null) return undefined;
  const number = String(stage.number);
  return {
    name: stage.checkpoint,
    kind: 'boundary',
    label: `after stage ${number}, before stage ${String(stage.number + 1)}`,
    at: nowIso(run.clock),
    stage: stage.number,
    ...run.runFile.stateCounts(),
    truth: `Everything up to stage ${number} is done and verified; nothing of a later stage is touched.`,
  };
}
