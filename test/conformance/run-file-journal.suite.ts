import { describe, expect, onTestFinished, test } from 'vitest';
import type { Outcome, RunFile, RunFiles } from '../../src/main/core/ports/run-file.ts';
import { anOperator, batchValues, RUN_ID } from '../support/builders/a-plan.ts';
import { anOpenRun } from '../support/builders/a-run-file.ts';
import { anItem } from '../support/builders/an-item.ts';

const begin = {
  startedAt: '2026-08-01T12:00:00.000Z',
  startedBy: anOperator(),
  runTime: '2026-08-01 12:00:00',
  reason: 'wrong batch',
};

const intent = { step: 'reset-rows', at: 'then', firstSeq: 1, lastSeq: 2, itemCount: 2 } as const;

function anOutcome(change: Partial<Outcome> = {}): Outcome {
  return { step: 'reset-rows', at: 'now', firstSeq: 1, items: [], note: null, ...change };
}

/** How a run is begun, journaled and told. */
export function describeJournal(files: () => RunFiles): void {
  /** Another connection to the run of a test: what a reader in another process would see. */
  function another(access: 'read' | 'write'): RunFile {
    const runFile = files().open(RUN_ID, access);
    onTestFinished(() => {
      runFile.close();
    });
    return runFile;
  }

  describe('run', () => {
    test('begins once', () => {
      const runFile = anOpenRun(files());

      runFile.beginRun(begin);

      expect(runFile.readRun()).toMatchObject({ state: 'running', ...begin });
      expect(() => {
        runFile.beginRun({ ...begin, reason: 'again' });
      }).toThrow(expect.objectContaining({ code: 'PLAN_ALREADY_EXECUTED' }));
      expect(runFile.readRun()).toMatchObject({ state: 'running', ...begin });
    });

    test('begins for one of two that have it open', () => {
      const first = anOpenRun(files());
      const second = another('write');
      first.beginRun(begin);

      expect(() => {
        second.beginRun({ ...begin, startedBy: anOperator({ user: 'eve' }) });
      }).toThrow(expect.objectContaining({ code: 'PLAN_ALREADY_EXECUTED' }));
      expect(second.readRun().startedBy).toEqual(anOperator());
    });

    test('cannot be changed by a reader', () => {
      anOpenRun(files());

      expect(() => {
        another('read').beginRun(begin);
      }).toThrow(expect.objectContaining({ code: 'FILE_FAILED' }));
      expect(another('read').readRun().state).toBe('planned');
    });

    test('changes the fields that are named and keeps the others', () => {
      const runFile = anOpenRun(files());
      runFile.beginRun(begin);
      const verification = { verifiedAt: 'now', passed: true, checks: [] };
      const error = {
        code: 'R2_DENIED' as const,
        kind: 'denied',
        exitCode: 4,
        retryable: false,
        message: 'm',
        hint: 'h',
        details: { keys: ['a', null, 3] },
      };

      runFile.updateRun({ snapshotId: 's-1', error });
      runFile.updateRun({ state: 'partial', finishedAt: 'now', verification, error: null });
      runFile.updateRun({});

      expect(runFile.readRun()).toEqual({
        ...begin,
        state: 'partial',
        finishedAt: 'now',
        snapshotId: 's-1',
        error: null,
        verification,
      });
    });

    test('tells how far each step is', () => {
      const runFile = anOpenRun(files());

      runFile.updateStep({
        name: 'reset-rows',
        state: 'failed',
        startedAt: 'then',
        finishedAt: 'now',
      });

      expect(runFile.steps().map((step) => step.state)).toEqual([
        'waiting',
        'failed',
        'waiting',
        'waiting',
      ]);
      expect(runFile.steps()[1]).toEqual({
        name: 'reset-rows',
        state: 'failed',
        startedAt: 'then',
        finishedAt: 'now',
      });
    });

    test('is seen by a reader as it goes on', () => {
      const runFile = anOpenRun(files());
      const reader = another('read');

      runFile.beginRun(begin);

      expect(reader.readRun().state).toBe('running');
    });
  });

  describe('journal', () => {
    test('holds an intent open until its outcome is written', () => {
      const runFile = anOpenRun(files());

      runFile.appendIntent(intent);

      expect(runFile.openIntents()).toEqual([
        { ...intent, journalSeq: expect.any(Number) as number },
      ]);
      runFile.appendOutcome(anOutcome());
      expect(runFile.openIntents()).toEqual([]);
    });

    test('takes no outcome of another chunk, of another step or from before for the outcome', () => {
      const runFile = anOpenRun(files());
      runFile.appendOutcome(anOutcome());

      runFile.appendIntent(intent);
      runFile.appendOutcome(anOutcome({ firstSeq: 3 }));
      runFile.appendOutcome(anOutcome({ step: 'delete-objects' }));

      expect(runFile.openIntents()).toHaveLength(1);
    });

    test('holds a chunk that is begun again open again', () => {
      const runFile = anOpenRun(files());
      runFile.appendIntent(intent);
      runFile.appendOutcome(anOutcome());

      runFile.appendIntent({ ...intent, at: 'later' });

      expect(runFile.openIntents()).toMatchObject([{ at: 'later' }]);
    });

    test('lists open intents in the order in which they were written', () => {
      const runFile = anOpenRun(files());

      runFile.appendIntent({ ...intent, firstSeq: 9 });
      runFile.appendIntent(intent);

      expect(runFile.openIntents().map((open) => open.firstSeq)).toEqual([9, 1]);
    });

    test('changes the items that an outcome names and keeps what it leaves out', () => {
      const runFile = anOpenRun(files(), {
        items: [anItem({ seq: 1 }), anItem({ seq: 2 }), anItem({ seq: 3 })],
      });

      runFile.appendOutcome(
        anOutcome({
          items: [
            { seq: 1, rowState: 'done' },
            { seq: 3, objectState: 'drifted', objectSha256: 'f'.repeat(64), stateDetail: 'moved' },
          ],
        }),
      );

      expect(runFile.itemsBetween(1, 3)).toEqual([
        anItem({ seq: 1, rowState: 'done' }),
        anItem({ seq: 2 }),
        anItem({
          seq: 3,
          objectState: 'drifted',
          objectSha256: 'f'.repeat(64),
          stateDetail: 'moved',
        }),
      ]);
    });

    test('changes of items that came to the same end none that lies between them', () => {
      const seqs = [1, 2, 3, 4, 5, 6];
      const runFile = anOpenRun(files(), { items: seqs.map((seq) => anItem({ seq })) });

      runFile.appendOutcome(
        anOutcome({ items: [1, 2, 4, 5].map((seq) => ({ seq, rowState: 'done' })) }),
      );

      expect(runFile.itemsBetween(1, 6).map(({ rowState }) => rowState)).toEqual([
        'done',
        'done',
        'planned',
        'done',
        'done',
        'planned',
      ]);
    });

    test('writes an outcome and its items together or not at all', () => {
      const runFile = anOpenRun(files());
      runFile.appendIntent(intent);
      const impossible = { seq: 1, objectState: 'done', stateDetail: {} as string } as const;

      expect(() => {
        runFile.appendOutcome(anOutcome({ items: [{ seq: 1, rowState: 'done' }, impossible] }));
      }).toThrow();

      expect(runFile.itemsBetween(1, 1)).toEqual([anItem()]);
      expect(runFile.openIntents()).toHaveLength(1);
    });

    test('keeps the decisions of recovery in order', () => {
      const runFile = anOpenRun(files());
      const decisions = [
        { at: '1', step: 'reset-rows', decision: 'record', sentence: '3 were applied.' },
        { at: '2', step: 'delete-objects', decision: 'hold', sentence: "it's gone" },
      ] as const;

      for (const decision of decisions) runFile.appendDecision(decision);

      expect(another('read').decisions()).toEqual(decisions);
    });

    test('keeps the audit trail in order, each event with who did it', () => {
      const runFile = anOpenRun(files());
      const events = [
        {
          at: '1',
          operator: anOperator(),
          event: 'run.started',
          data: { rows: 3, reason: null, forced: false },
        },
        { at: '2', operator: anOperator({ user: 'bob' }), event: 'run.stopped', data: {} },
      ];

      for (const event of events) runFile.appendAudit(event);

      expect(another('read').auditEvents()).toEqual(events);
    });

    test('keeps batch rows as the run wrote them, the last word for each', () => {
      const runFile = anOpenRun(files());

      runFile.saveAppliedBatches([
        { batchId: 'b-2', values: batchValues() },
        { batchId: 'b-1', values: batchValues({ completedFiles: null }) },
      ]);
      runFile.saveAppliedBatches([
        { batchId: 'b-2', values: batchValues({ status: 'rolled_back' }) },
      ]);

      expect([...runFile.appliedBatches()]).toEqual([
        ['b-1', batchValues({ completedFiles: null })],
        ['b-2', batchValues({ status: 'rolled_back' })],
      ]);
    });
  });

  describe('two writers', () => {
    test('take turns', () => {
      const first = anOpenRun(files());
      const second = another('write');

      first.appendIntent(intent);
      second.appendIntent({ ...intent, firstSeq: 3 });
      first.appendOutcome(anOutcome());

      expect(second.openIntents().map((open) => open.firstSeq)).toEqual([3]);
    });

    test('may end one before the other', () => {
      const first = anOpenRun(files());
      const second = another('write');
      first.appendIntent(intent);
      first.close();

      second.appendOutcome(anOutcome());
      second.close();

      expect(another('read').openIntents()).toEqual([]);
    });
  });
}
