import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { openRunFiles } from '../../../../src/main/adapters/run-file/run-files.ts';
import { nodeHashes } from '../../../../src/main/adapters/system/node-hashes.ts';
import { finishPlan, withDigest } from '../../../../src/main/core/plan/planning.ts';
import type { RunFile, StoredPlan } from '../../../../src/main/core/ports/run-file.ts';
import { type Consent, checkConsent } from '../../../../src/main/core/run/check-plan.ts';
import { aFolder } from '../../../support/builders/a-folder.ts';
import { anOperator, aStoredPlan, planCounts, RUN_ID } from '../../../support/builders/a-plan.ts';
import { anItem, anUntouchedItem } from '../../../support/builders/an-item.ts';

interface Planned {
  readonly folder: string;
  /** Edits the file behind the back of Unwind. */
  edit(sql: string): void;
  check(consent?: Partial<Consent>): StoredPlan;
  open<T>(work: (runFile: RunFile) => T): T;
}

/** A plan as planning leaves it: digest and phrase are right. */
function aPlanToCheck(change: Partial<StoredPlan> = {}): Planned {
  const folder = aFolder();
  const files = openRunFiles(folder);
  const { digest: _digest, confirmationPhrase: _phrase, ...plan } = aStoredPlan(change);
  const file = withDigest(files.create(plan), nodeHashes);
  file.appendItems([anItem({ seq: 1 }), anUntouchedItem({ seq: 2 })]);
  finishPlan(file, plan, { changing: 1 });

  function open<T>(work: (runFile: RunFile) => T): T {
    const runFile = files.open(RUN_ID, 'write');
    try {
      return work(runFile);
    } finally {
      runFile.close();
    }
  }

  return {
    folder,
    edit: (sql) => {
      const database = new Database(join(folder, `${RUN_ID}.unwind`));
      database.exec(sql);
      database.close();
    },
    check: (consent) =>
      open((runFile) => {
        const { digest } = runFile.readPlan();
        const right = {
          digest,
          confirmation: 'roll back 1 file on prod',
          snapshot: 'take' as const,
        };
        return checkConsent(runFile, { ...right, ...consent }, nodeHashes);
      }),
    open,
  };
}

function refusal(code: string): unknown {
  return expect.objectContaining({ code });
}

describe('consent to a plan', () => {
  test('is accepted when digest and confirmation are those of the plan', () => {
    expect(aPlanToCheck().check()).toMatchObject({ runId: RUN_ID });
  });

  test('is refused for another digest', () => {
    const plan = aPlanToCheck();

    expect(() => plan.check({ digest: '0'.repeat(64) })).toThrow(refusal('PLAN_DIGEST_MISMATCH'));
  });

  test.each(['', 'roll back 1 file on PROD', 'roll back 1 file on prod ', 'yes'])(
    'is refused for the confirmation %j',
    (confirmation) => {
      const plan = aPlanToCheck();

      expect(() => plan.check({ confirmation })).toThrow(refusal('CONFIRMATION_MISMATCH'));
    },
  );

  test('is refused for a plan with a blocker, naming the way out', () => {
    const blocker = {
      code: 'triggers',
      severity: 'blocker',
      message: 'A trigger fires.',
      fix: 'Disable it.',
    } as const;
    const plan = aPlanToCheck({ findings: [blocker] });

    expect(() => plan.check()).toThrow(
      expect.objectContaining({ code: 'PLAN_BLOCKED', hint: 'Disable it.' }),
    );
  });

  test('is refused for a plan that changes nothing', () => {
    const plan = aPlanToCheck({ steps: [] });

    expect(() => plan.check()).toThrow(refusal('PLAN_BLOCKED'));
  });

  test('is refused without a snapshot while objects would go', () => {
    expect(() => aPlanToCheck().check({ snapshot: 'none' })).toThrow(refusal('BACKUP_REQUIRED'));
    expect(
      aPlanToCheck({ counts: planCounts({ objectsToMove: 0 }) }).check({ snapshot: 'none' }),
    ).toBeDefined();
  });

  test('is refused for a plan that has begun', () => {
    const plan = aPlanToCheck();
    plan.open((runFile) => {
      runFile.beginRun({ startedAt: 'now', startedBy: anOperator(), runTime: 'now', reason: null });
    });

    expect(() => plan.check()).toThrow(refusal('PLAN_ALREADY_EXECUTED'));
  });
});

describe('edited plan', () => {
  test.each([
    ['an item', "UPDATE item SET object_key = 'files/other' WHERE seq = 1"],
    ['the reason shown for an item', "UPDATE item SET original_detail = 'trust me' WHERE seq = 1"],
    ['a quarantine key', "UPDATE item SET quarantine_key = 'bin/1' WHERE seq = 1"],
    ['the number of items', 'DELETE FROM item WHERE seq = 2'],
    ['the scope', "UPDATE plan SET json = json_set(json, '$.scope.batchId', 'b-2')"],
    ['the target', "UPDATE plan SET json = json_set(json, '$.target.name', 'staging')"],
    ['the phrase', "UPDATE plan SET json = json_set(json, '$.confirmationPhrase', 'ok')"],
    ['the digest', `UPDATE plan SET json = json_set(json, '$.digest', '${'0'.repeat(64)}')`],
    [
      'the state of a row',
      "UPDATE judgement SET row_state = 'none' WHERE id = (SELECT judgement FROM item WHERE seq = 1)",
    ],
    [
      'the state of an object',
      "UPDATE judgement SET object_state = 'quarantined' WHERE id = (SELECT judgement FROM item WHERE seq = 1)",
    ],
    [
      'the state of an untouched item',
      "UPDATE judgement SET row_state = 'planned' WHERE id = (SELECT judgement FROM item WHERE seq = 2)",
    ],
    ['what became of an item', "INSERT INTO item_state (seq, row_state) VALUES (1, 'done')"],
    ['the state of a step', "UPDATE step SET state = 'done' WHERE name = 'snapshot'"],
    ['the list of steps', "DELETE FROM step WHERE name = 'snapshot'"],
    [
      'the journal',
      "INSERT INTO journal (at, kind, step, first_seq, last_seq, item_count) VALUES ('now', 'intent', 'reset-rows', 1, 1, 1)",
    ],
  ])('is refused when somebody changed %s', (_what, sql) => {
    const plan = aPlanToCheck();

    plan.edit(sql);

    expect(() => plan.check()).toThrow(refusal('PLAN_EDITED'));
  });
});
