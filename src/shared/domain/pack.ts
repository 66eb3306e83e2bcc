import { z } from 'zod';

/** A pack that was made: one file with everything for whoever takes over. */
export const Pack = z.strictObject({
  path: z.string(),
  sizeBytes: z.number().int(),
  /** Of the pack itself, hex. */
  sha256: z.string(),
  entryCount: z.number().int(),
  /** What could not be packed, as sentences; `PROBLEMS.md` in the pack has them, too. */
  problems: z.array(z.string()),
});
export type Pack = z.infer<typeof Pack>;
