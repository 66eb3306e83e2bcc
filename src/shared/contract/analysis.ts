import { z } from 'zod';
import { Analysis, LogAnalysis } from '../domain/analysis.ts';
import { procedure } from './procedure.ts';

export const analysisContract = {
  /** What the runs that began in the last `days` days came to. Reads run files only: works without any target. */
  runs: procedure
    .input(
      z.strictObject({
        /** 1 to 3650; a day is 24 hours back from now. */
        days: z.number().int().min(1).max(3650).default(7),
        /** Only runs of the target with this name. */
        targetName: z.string().min(1).optional(),
      }),
    )
    .output(Analysis),
  /** What one log in the reference's format holds. Fails with FILE_FAILED. */
  log: procedure.input(z.strictObject({ path: z.string().min(1) })).output(LogAnalysis),
};
