import type { Debt } from '../../../shared/domain/debt.ts';
import { OperatorError } from '../../../shared/domain/operator-error.ts';
import { bringUpToDate } from '../../core/debts/bring-up-to-date.ts';
import { planClosing } from '../../core/plan/plan-closing.ts';
import { checkTarget } from '../../core/run/check-plan.ts';
import { planning } from './plan-making-procedures.ts';
import type { ProcedureContext } from './procedure-context.ts';
import { reading } from './read-runs.ts';

/** @throws DEBT_NOT_FOUND */
async function findDebt(parts: ProcedureContext, runId: string): Promise<Debt> {
  await bringUpToDate(parts);
  const debt = parts.ledger.find(runId);
  if (debt !== undefined) return debt;
  throw new OperatorError('DEBT_NOT_FOUND', {
    message: `Run ${runId} left nothing open, or is not a run of this workspace.`,
    hint: 'See what is open with `unwind debts list`.',
    details: { runId },
  });
}

function checkOpen(debt: Debt): void {
  if (debt.state === 'open') return;
  throw new OperatorError('DEBT_CLOSED', {
    message: `Nothing of what run ${debt.runId} left open is open any more; ${String(debt.closedBy)} settled the last of it.`,
    hint: `Look at it: unwind debts show ${debt.runId}`,
    details: { runId: debt.runId, closedBy: debt.closedBy, closedAt: debt.closedAt },
  });
}

/** The procedures about what partial rollbacks left open. */
export function debtProcedures(parts: ProcedureContext) {
  return {
    list: parts.os.debt.list.handler(async () => {
      await bringUpToDate(parts);
      return { debts: [...parts.ledger.list()] };
    }),
    get: parts.os.debt.get.handler(async ({ input }) => ({
      debt: await findDebt(parts, input.runId),
      items: [...parts.ledger.pageItems(input)],
    })),
    createClose: parts.os.debt.createClose.handler(async ({ input, signal }) => {
      const debt = await findDebt(parts, input.runId);
      checkOpen(debt);
      return planning(parts, {
        targetName: debt.targetName,
        signal,
        make: (context) =>
          reading(parts, input.runId, (subject) => {
            checkTarget(subject.readPlan(), context.target);
            return planClosing(context, {
              subject,
              kind: debt.kind,
              acceptances: input.acceptances,
              openItems: (between) => parts.ledger.openItems(input.runId, between),
            });
          }),
      });
    }),
  };
}
