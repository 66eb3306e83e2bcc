import { describe, expect, test } from 'vitest';
import { openRunFiles } from '../../../../src/main/adapters/run-file/run-files.ts';
import type {
  ObjectState,
  RowState,
  StoredItem,
} from '../../../../src/main/core/ports/run-file.ts';
import {
  executeCommand,
  type FollowUp,
  outcomeOf,
  type Surroundings,
  toPlanItem,
  toPlanSummary,
  toRunDetail,
  toRunSummary,
} from '../../../../src/main/core/run/describe-run.ts';
import { PlanItem, PlanSummary } from '../../../../src/shared/domain/plan.ts';
import { RunDetail, RunSummary } from '../../../../src/shared/domain/run.ts';
import { aFolder } from '../../../support/builders/a-folder.ts';
import { anOperator, RUN_ID } from '../../../support/builders/a-plan.ts';
import { anOpenRun } from '../../../support/builders/a-run-file.ts';
import { aHeldItem, anItem } from '../../../support/builders/an-item.ts';

const digest = 'ab'.repeat(32);
const alone: Surroundings = { isHeld: false, followUps: [] };

function aRun(...items: readonly StoredItem[]): ReturnType<typeof anOpenRun> {
  return anOpenRun(openRunFiles(aFolder()), items.length === 0 ? {} : { items });
}

function aFollowUp(change: Partial<FollowUp>): Surroundings {
  const followUp = {
    runId: RUN_ID,
    kind: 'undo',
    subjectRunId: RUN_ID,
    state: 'succeeded',
  } as const;
  return { isHeld: false, followUps: [{ ...followUp, ...change }] };
}

describe('command that executes a plan', () => {
  test.each([
    ['/ws/runs/a.unwind', '/ws/runs/a.unwind'],
    ['/My Runs/a.unwind', "'/My Runs/a.unwind'"],
    ["/it's/a.unwind", "'/it'\\''s/a.unwind'"],
    ['/$(reboot)/a.unwind', "'/$(reboot)/a.unwind'"],
    ['/a\nb.unwind', "'/a\nb.unwind'"],
    ['/a;b&c|d`e"f.unwind', `'/a;b&c|d\`e"f.unwind'`],
    ['', "''"],
  ])('quotes the path %j for a shell', (path, quoted) => {
    expect(executeCommand({ kind: 'rollback', digest }, path)).toBe(
      `unwind rollback --plan ${quoted} --plan-digest ${digest} --confirm`,
    );
  });

  test.each([
    ['undo', 'unwind undo'],
    ['purge', 'unwind quarantine purge'],
  ] as const)('of a plan of kind %s begins with %s', (kind, command) => {
    expect(executeCommand({ kind, digest }, '/a')).toBe(
      `${command} --plan /a --plan-digest ${digest} --confirm`,
    );
  });
});

describe('outcome of an item', () => {
  test.each<[RowState, ObjectState, string]>([
    ['none', 'none', 'planned'],
    ['planned', 'planned', 'planned'],
    ['done', 'planned', 'planned'],
    ['done', 'quarantined', 'planned'],
    ['done', 'none', 'done'],
    ['none', 'done', 'done'],
    ['done', 'done', 'done'],
    ['drifted', 'planned', 'drifted'],
    ['done', 'drifted', 'drifted'],
    ['done', 'failed', 'failed'],
    ['drifted', 'failed', 'failed'],
  ])('with row %s and object %s is %s', (rowState, objectState, outcome) => {
    expect(outcomeOf({ rowState, objectState })).toBe(outcome);
  });
});

describe('description of a plan', () => {
  test("of an item keeps to the contract and leaves out what is the engine's own", () => {
    const item = toPlanItem(anItem({ rowState: 'done', objectState: 'done', stateDetail: 'gone' }));

    expect(PlanItem.parse(item)).toEqual(item);
    expect(item).toMatchObject({ outcome: 'done', outcomeDetail: 'gone', objectKey: 'files/1' });
  });

  test('keeps to the contract', () => {
    const summary = toPlanSummary(aRun(anItem(), aHeldItem({ seq: 2 })));

    expect(PlanSummary.parse(summary)).toEqual(summary);
    expect(summary).toMatchObject({
      planId: RUN_ID,
      runId: RUN_ID,
      heldByReason: [{ reason: 'original-missing', count: 1 }],
    });
  });
});

describe('description of a run', () => {
  test('keeps to the contract', () => {
    const runFile = aRun();

    expect(RunDetail.parse(toRunDetail(runFile, alone))).toMatchObject({
      state: 'planned',
      undoneBy: null,
    });
    expect(RunSummary.parse(toRunSummary(runFile, alone))).toMatchObject({ state: 'planned' });
  });

  test('says interrupted of a running run that nobody holds', () => {
    const runFile = aRun();
    runFile.beginRun({ startedAt: 'now', startedBy: anOperator(), runTime: 'now', reason: null });

    expect(toRunDetail(runFile, alone).state).toBe('interrupted');
    expect(toRunDetail(runFile, { ...alone, isHeld: true }).state).toBe('running');
  });

  test.each<[string, Surroundings, string | null, string]>([
    ['kept', alone, null, 'kept'],
    ['kept by an undo that failed', aFollowUp({ state: 'failed' }), null, 'kept'],
    ['restored by an undo', aFollowUp({}), RUN_ID, 'restored'],
    [
      'restored by an undo that did what it could',
      aFollowUp({ state: 'partial' }),
      RUN_ID,
      'restored',
    ],
    ['purged', aFollowUp({ kind: 'purge' }), null, 'purged'],
  ])('says that its quarantine is %s', (_what, surroundings, undoneBy, quarantine) => {
    const runFile = aRun(anItem({ rowState: 'done', objectState: 'done' }));

    expect(toRunDetail(runFile, surroundings)).toMatchObject({ quarantine, undoneBy });
  });

  test('says that there is no quarantine where no object was moved', () => {
    expect(toRunDetail(aRun(), alone).quarantine).toBe('none');
  });

  test('counts what each step has done', () => {
    const runFile = aRun(anItem({ seq: 1, rowState: 'done' }), anItem({ seq: 2 }));
    runFile.updateStep({ name: 'snapshot', state: 'done', startedAt: 'then', finishedAt: 'now' });

    expect(
      toRunDetail(runFile, alone).steps.map((step) => [step.name, step.state, step.done]),
    ).toEqual([
      ['snapshot', 'done', 1],
      ['reset-rows', 'waiting', 1],
      ['delete-objects', 'waiting', 0],
      ['verify', 'waiting', 0],
    ]);
  });
});
