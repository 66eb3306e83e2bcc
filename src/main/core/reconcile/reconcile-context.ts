import type { ReconcileTotals } from '../../../shared/domain/reconcile.ts';
import type { OpenTarget } from '../ports/target.ts';

/** What the parts of one reconcile share. */
export interface ReconcileContext {
  readonly target: OpenTarget;
  /** Tells how far it has come and lets others run. @throws CANCELLED */
  readonly endOfPage: (stage: string, totals: ReconcileTotals) => Promise<void>;
}
