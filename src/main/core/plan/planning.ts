import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { PlanKind } from '../../../shared/domain/plan.ts';
import type { Operator } from '../../../shared/domain/target.ts';
import type { Clock } from '../ports/clock.ts';
import type { Hashes } from '../ports/hashes.ts';
import type { Ids } from '../ports/ids.ts';
import type { PlanFile, PlanHeader, RunFiles, StoredPlan } from '../ports/run-file.ts';
import type { OpenTarget } from '../ports/target.ts';
import { digestOf, startDigest } from './digest.ts';

/** What making any plan needs. */
export interface PlanningContext {
  readonly target: OpenTarget;
  readonly runFiles: RunFiles;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly hashes: Hashes;
  readonly operator: Operator;
  /** Told how far planning has come; `total` is 0 while unknown. */
  readonly onProgress: (stage: string, done: number, total: number) => void;
  /** Read at every chunk; true ends planning with CANCELLED and leaves no file. */
  readonly isCancelled: () => boolean;
}

/** @throws CANCELLED when the operator gave planning up. */
export function throwIfCancelled(context: PlanningContext): void {
  if (!context.isCancelled()) return;
  throw new OperatorError('CANCELLED', {
    message: 'Planning was cancelled. Nothing was changed and no plan was kept.',
    hint: 'Make the plan again when you are ready.',
  });
}

const VERBS: Readonly<Record<PlanKind, string>> = {
  rollback: 'roll back',
  undo: 'undo',
  purge: 'purge',
  'drop-columns': 'drop',
  restore: 'restore',
};

const THINGS: Readonly<Record<PlanKind, string>> = {
  rollback: 'file',
  undo: 'file',
  purge: 'object',
  'drop-columns': 'column',
  restore: 'file',
};

/** What the operator types to consent: the act, the extent and the target. */
export function confirmationPhrase(kind: PlanKind, changing: number, targetName: string): string {
  const things = THINGS[kind];
  const noun = changing === 1 ? things : `${things}s`;
  return `${VERBS[kind]} ${String(changing)} ${noun} on ${targetName}`;
}

/** A plan's file that knows the digest of what it was given. */
export interface PlanInTheMaking extends PlanFile {
  /** The digest of the plan whose head this is. Called once, when every item is as it shall be. */
  digest(head: Omit<StoredPlan, 'digest'>): string;
}

/** Adds phrase and digest, and finishes the plan's file: durable and complete before anything can execute it (invariant 1). */
export function finishPlan(
  file: PlanInTheMaking,
  plan: PlanHeader &
    Pick<StoredPlan, 'counts' | 'batches' | 'findings' | 'steps' | 'columnDrop' | 'restoreSource'>,
  options: { readonly changing: number },
): void {
  const whole = {
    ...plan,
    confirmationPhrase: confirmationPhrase(plan.kind, options.changing, plan.target.name),
  };
  file.finish({ ...whole, digest: file.digest(whole) });
}

/** Makes a plan's file and fills it; a failure or a cancellation removes it again. Returns the id of the finished plan. */
export async function makePlanFile(
  context: PlanningContext,
  header: PlanHeader,
  fill: (file: PlanInTheMaking) => Promise<void>,
): Promise<string> {
  const file = context.runFiles.create(header);
  try {
    await fill(withDigest(file, context.hashes));
    return file.runId;
  } catch (error) {
    file.discard();
    throw error;
  }
}

/** Hashes items as they are appended: reading a million back for it takes longer than writing them. Once one was replaced it has to. */
export function withDigest(file: PlanFile, hashes: Hashes): PlanInTheMaking {
  const appended = startDigest(hashes);
  let replaced = false;
  return {
    ...file,
    appendItems: (items) => {
      file.appendItems(items);
      appended.add(items);
    },
    replaceItems: (items) => {
      file.replaceItems(items);
      replaced ||= items.length > 0;
    },
    digest: (head) =>
      replaced
        ? digestOf(head, { pageItems: (page) => file.pageItems(page), hashes })
        : appended.finish(head),
  };
}
