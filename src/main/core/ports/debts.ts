import type { Debt, DebtItem, DebtKind } from '../../../shared/domain/debt.ts';
import type { PlanKind } from '../../../shared/domain/plan.ts';

/** A run as the ledger knows it. */
export interface LedgerRun {
  readonly runId: string;
  readonly kind: PlanKind;
  /** The run that an undo takes back, or whose debt a rollback closes. */
  readonly subjectRunId: string | null;
  readonly targetName: string;
  readonly targetFingerprint: string;
  readonly scopeInWords: string;
  /** When its effects were there: its end, or for a plan when it read the world. */
  readonly at: string;
  /** Tells one end of a run from the next: a run that is resumed ends again. */
  readonly end: string;
}

/** What a run did to one file, as far as debts go. */
export interface DebtEffect {
  /** Position of the item in the run's file. */
  readonly seq: number;
  readonly recordId: string;
  readonly fileId: string | null;
  readonly objectKey: string;
  readonly sizeBytes: number | null;
  readonly etag: string | null;
  readonly row: 'none' | 'reset' | 'restored';
  /** `kept`: something else needs the object, so that it is no orphan of this record. */
  readonly object: 'none' | 'removed' | 'kept' | 'restored';
  /** What is left open by this run if it was the first to touch the file; `null`: nothing. */
  readonly opens: DebtKind | null;
}

/**
 * What partial rollbacks of a workspace left open. An index: the run files are the truth, and it is made again from them.
 *
 * @throws LEDGER_INVALID, TARGET_LOCKED, DISK_FULL, FILE_FAILED on every method.
 */
export interface DebtLedger {
  /** `end` of each run that was entered whole, by run id. */
  enteredEnds(): ReadonlyMap<string, string>;
  /** Whether anything was ever left open on a target. */
  hasItems(targetFingerprint: string): boolean;
  /** Enters a part of what a run did. Entering it again changes nothing. */
  enter(run: LedgerRun, effects: readonly DebtEffect[]): void;
  /** Says that the whole run is entered. */
  finishRun(run: LedgerRun): void;
  list(): readonly Debt[];
  find(runId: string): Debt | undefined;
  pageItems(page: {
    readonly runId: string;
    readonly offset: number;
    readonly limit: number;
  }): readonly DebtItem[];
  /** Positions, in the run file of `runId`, of the items of this debt that are open. */
  openItems(
    runId: string,
    between: { readonly firstSeq: number; readonly lastSeq: number },
  ): ReadonlySet<number>;
  /** Runs other than undos that settled items of this debt, and whose work was not taken back since. */
  settledBy(runId: string): readonly string[];
}
