import { z } from 'zod';
import { StatusReport } from '../domain/status.ts';
import { procedure } from './procedure.ts';

export const statusContract = {
  /**
   * Reads batches (counters recomputed) and up to `limit` records with their three-way truth. Changes nothing.
   * `originals: 'content'` also reads and hashes each original listed; `'presence'` looks at existence and size only.
   */
  get: procedure
    .input(
      z.strictObject({
        target: z.string().optional(),
        batchId: z.string().min(1).optional(),
        userId: z.string().min(1).optional(),
        limit: z.number().int().min(1).max(1000).default(50),
        offset: z.number().int().min(0).default(0),
        originals: z.enum(['presence', 'content']).default('presence'),
      }),
    )
    .output(StatusReport),
};
