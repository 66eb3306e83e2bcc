import type { ReconstructionEvent } from '../../../shared/contract/emergency.ts';
import { planRestore } from '../../core/plan/plan-restore.ts';
import { packing } from './build-pack.ts';
import { openReconstruction } from './open-reconstruction.ts';
import { planning } from './plan-making-procedures.ts';
import type { ProcedureContext } from './procedure-context.ts';
import { runsOf } from './read-runs.ts';

/** Streams a reconstruction as fast as it is taken: nothing of it waits in memory. */
async function* reconstructing(
  parts: ProcedureContext,
  about: { readonly target: string | undefined; readonly runId: string | undefined },
): AsyncGenerator<ReconstructionEvent, void, void> {
  try {
    const target = await parts.targets.open(about.target);
    try {
      yield { kind: 'reading', what: `Reading what there is of ${target.identity.name}` };
      const made = await openReconstruction(parts, target, {
        runId: about.runId,
        onProgress: () => undefined,
      });
      try {
        for await (const rows of made.rows()) yield { kind: 'rows', rows: [...rows] };
        yield { kind: 'finished', summary: made.summary() };
      } finally {
        await made.close();
      }
    } finally {
      await target.close();
    }
  } catch (error) {
    throw parts.toContractError(error);
  }
}

/** The procedures for the day on which a snapshot is damaged, or nobody knows what a row held. */
export function emergencyProcedures(parts: ProcedureContext) {
  return {
    reconstruct: parts.os.emergency.reconstruct.handler(async function* ({ input }) {
      yield* reconstructing(parts, { target: input.target, runId: input.runId });
    }),
    pack: parts.os.emergency.pack.handler(async function* ({ input }) {
      yield* packing(parts, input);
    }),
    createRestore: parts.os.emergency.createRestore.handler(({ input, signal }) =>
      planning(parts, {
        targetName: input.target,
        signal,
        make: async (context) => {
          const made = await openReconstruction(parts, context.target, {
            runId: input.runId,
            onProgress: (what) => {
              context.onProgress(what, 0, 0);
            },
          });
          try {
            return await planRestore(context, {
              kept: made.keptValues(),
              batchId: input.batchId ?? null,
              acceptances: input.acceptances,
              runs: await runsOf(parts, context.target.identity.fingerprint),
            });
          } finally {
            await made.close();
          }
        },
      }),
    ),
  };
}
