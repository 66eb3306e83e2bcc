import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { Debt, DebtItem } from '../domain/debt.ts';
import { Acceptance, RunId } from '../domain/plan.ts';
import { PlanEvent } from './plan.ts';
import { procedure } from './procedure.ts';

export const debtContract = {
  /** Every debt of the workspace, open ones first, then newest first. Brings the ledger up to date with the run files. */
  list: procedure.input(z.strictObject({})).output(z.strictObject({ debts: z.array(Debt) })),
  /** One debt with a page of its items, open ones first. Fails with DEBT_NOT_FOUND. */
  get: procedure
    .input(
      z.strictObject({
        runId: RunId,
        offset: z.number().int().min(0).default(0),
        limit: z.number().int().min(1).max(500).default(100),
      }),
    )
    .output(z.strictObject({ debt: Debt, items: z.array(DebtItem) })),
  /**
   * Plans the closing of a debt: the missing half of its rollback, item by item from the run's file. All guards apply.
   * Fails with DEBT_NOT_FOUND, DEBT_CLOSED or RUN_NOT_FOUND. Closing the iterator cancels and leaves no plan.
   */
  createClose: procedure
    .input(z.strictObject({ runId: RunId, acceptances: z.array(Acceptance).default([]) }))
    .output(eventIterator(PlanEvent)),
};
