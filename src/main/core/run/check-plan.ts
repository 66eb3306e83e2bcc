import { OperatorError } from '../../../shared/domain/operator-error.ts';
import { digestOf } from '../plan/digest.ts';
import type { Clock } from '../ports/clock.ts';
import type { Hashes } from '../ports/hashes.ts';
import type { RunFile, StoredItem, StoredPlan } from '../ports/run-file.ts';
import type { OpenTarget } from '../ports/target.ts';
import { findMoved } from './find-moved.ts';
import { requireSnapshot } from './steps/take-snapshot.ts';

/** What the operator consents with. */
export interface Consent {
  readonly digest: string;
  readonly confirmation: string;
  readonly snapshot: 'take' | 'none';
}

/**
 * Refuses a plan that may not be executed, by what is in its file and in the consent. Opens no target.
 * @throws PLAN_ALREADY_EXECUTED @throws PLAN_EDITED @throws PLAN_DIGEST_MISMATCH @throws PLAN_BLOCKED @throws CONFIRMATION_MISMATCH @throws BACKUP_REQUIRED
 */
export function checkConsent(runFile: RunFile, consent: Consent, hashes: Hashes): StoredPlan {
  const plan = runFile.readPlan();
  const { state } = runFile.readRun();
  if (state !== 'planned') {
    throw new OperatorError('PLAN_ALREADY_EXECUTED', {
      message: `Plan ${plan.runId} was executed before; its run is ${state}. Nothing was changed now.`,
      hint:
        state === 'succeeded'
          ? 'Make a new plan.'
          : `Go on with it by \`unwind resume ${plan.runId}\`, or make a new plan.`,
      details: { runId: plan.runId, state },
    });
  }
  checkUnbegun(runFile, plan, hashes);
  if (consent.digest !== plan.digest) {
    throw new OperatorError('PLAN_DIGEST_MISMATCH', {
      message: `The consent is for digest ${consent.digest}, the plan in ${runFile.path} has ${plan.digest}. Nothing was changed.`,
      hint: 'Look at the plan again and consent to the digest that it shows.',
      details: { expected: plan.digest, actual: consent.digest },
    });
  }
  const blockers = plan.findings.filter((finding) => finding.severity === 'blocker');
  if (blockers.length > 0) {
    throw new OperatorError('PLAN_BLOCKED', {
      message: `The plan is blocked: ${blockers.map((blocker) => blocker.message).join(' ')}`,
      hint: blockers.map((blocker) => blocker.fix).join(' '),
      details: { blockers: blockers.map((blocker) => blocker.code) },
    });
  }
  if (plan.steps.length === 0) {
    throw new OperatorError('PLAN_BLOCKED', {
      message: 'The plan changes nothing: every file in its scope is done already or held.',
      hint: 'Look at the held files; each says what would release it.',
      details: { held: plan.counts.held, untouched: plan.counts.untouched },
    });
  }
  if (consent.confirmation !== plan.confirmationPhrase) {
    throw new OperatorError('CONFIRMATION_MISMATCH', {
      message: `The confirmation does not match. Nothing was changed.`,
      hint: `Type exactly: ${plan.confirmationPhrase}`,
      details: { expected: plan.confirmationPhrase },
    });
  }
  requireSnapshot({ snapshot: consent.snapshot, objectsToMove: plan.counts.objectsToMove });
  return plan;
}

/** @throws PLAN_EDITED when the plan in the file is not the one that its digest was made of. */
export function checkDigest(runFile: RunFile, plan: StoredPlan, hashes: Hashes): void {
  const actual = digestOf(plan, { pageItems: (page) => runFile.pageItems(page), hashes });
  if (actual !== plan.digest) throw planEdited(runFile, plan, actual);
}

/**
 * As `checkDigest` for a run that has not begun: steps and states must be as planning left them, too. They are not in the digest,
 * because the run changes them; edited, they could make it pass over a row or the snapshot.
 */
function checkUnbegun(runFile: RunFile, plan: StoredPlan, hashes: Hashes): void {
  const names = plan.steps.map((step) => step.name);
  const steps = runFile.steps();
  let asPlanned =
    steps.length === names.length &&
    steps.every((step, index) => step.name === names[index] && step.state === 'waiting') &&
    runFile.openIntents().length === 0;
  const actual = digestOf(plan, {
    pageItems: (page) => {
      const items = runFile.pageItems(page);
      asPlanned &&= items.every(isAsPlanned);
      return items;
    },
    hashes,
  });
  if (actual !== plan.digest || !asPlanned) throw planEdited(runFile, plan, actual);
}

function isAsPlanned(item: StoredItem): boolean {
  const movesObject = item.objectAction !== 'none' && item.objectAction !== 'keep-shared';
  return (
    item.rowState === (item.rowAction === 'none' ? 'none' : 'planned') &&
    item.objectState === (movesObject ? 'planned' : 'none')
  );
}

function planEdited(runFile: RunFile, plan: StoredPlan, actual: string): OperatorError {
  return new OperatorError('PLAN_EDITED', {
    message:
      actual === plan.digest
        ? `The run file ${runFile.path} was edited after the plan was made: it says that parts of the run are done.`
        : `The plan in ${runFile.path} was edited after it was made: its content has digest ${actual}, it says ${plan.digest}.`,
    hint: 'Do not use this file. Make a new plan, and find out who changed this one.',
    details: { expected: plan.digest, actual },
  });
}

/** @throws PLAN_TARGET_MISMATCH when the plan was made for another database, bucket or endpoint. */
export function checkTarget(plan: StoredPlan, target: OpenTarget): void {
  if (plan.target.fingerprint === target.identity.fingerprint) return;
  throw new OperatorError('PLAN_TARGET_MISMATCH', {
    message: `The plan is for ${plan.target.name} (${plan.target.database}, bucket ${plan.target.bucket}), the target here is ${target.identity.name} (${target.identity.database}, bucket ${target.identity.bucket}).`,
    hint: 'Choose the target that the plan was made for (--target), or make a new plan.',
    details: { plan: plan.target.fingerprint, target: target.identity.fingerprint },
  });
}

/**
 * A copy of a PostgreSQL server's files calls itself the same server for ever: nothing in it tells that it is another one. So a run begins
 * and goes on only at the address that its plan, which the operator has read, was made at.
 * @throws PLAN_TARGET_MISMATCH
 */
export function checkAddress(plan: StoredPlan, { identity }: Pick<OpenTarget, 'identity'>): void {
  if (identity.databaseKind !== 'postgres' || plan.target.database === identity.database) return;
  throw new OperatorError('PLAN_TARGET_MISMATCH', {
    message: `The plan was made at ${plan.target.database}, the target here is ${identity.name} at ${identity.database}: the same server at another address, a standby that took over, or a copy. They cannot be told apart.`,
    hint: `Make a new plan for this target. A run that has begun goes on at ${plan.target.database}: let that name lead to the server that took over.`,
    details: { plan: plan.target.database, target: identity.database },
  });
}

/**
 * Compares every row and object that the plan would change with what is there now (reads only).
 * @throws PLAN_STALE naming what moved. Nothing was changed.
 */
export async function checkFresh(
  runFile: RunFile,
  target: OpenTarget,
  clock: Clock,
): Promise<void> {
  const { movedCount, moved } = await findMoved(runFile, target, clock);
  if (movedCount === 0) return;
  const shown = moved.slice(0, 3).map(({ recordId, what }) => `${recordId} (${what})`);
  throw new OperatorError('PLAN_STALE', {
    message: `The plan is stale: ${String(movedCount)} of its files moved since it was made: ${shown.join(', ')}${movedCount > 3 ? ' and more' : ''}. Nothing was changed.`,
    hint: 'Plan again with the same scope; the new plan shows what is left to do.',
    details: { movedCount, moved },
  });
}
