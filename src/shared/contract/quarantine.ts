import { z } from 'zod';
import { RunId } from '../domain/plan.ts';
import { QuarantineState } from '../domain/run.ts';
import { procedure } from './procedure.ts';

/** The quarantine of one run: server-side copies under one prefix. */
export const QuarantineEntry = z.strictObject({
  runId: RunId,
  targetName: z.string(),
  scopeInWords: z.string(),
  state: QuarantineState,
  prefix: z.string(),
  objectCount: z.number().int(),
  sizeBytes: z.number().int(),
  since: z.string(),
});
export type QuarantineEntry = z.infer<typeof QuarantineEntry>;

export const quarantineContract = {
  /** Every quarantine that runs of this workspace have made and not purged, newest first, from their run files. */
  list: procedure
    .input(z.strictObject({}))
    .output(z.strictObject({ entries: z.array(QuarantineEntry) })),
};
