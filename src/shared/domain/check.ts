import { z } from 'zod';

/** One condition that was looked at before a rollback: one named line of the preflight. */
export const Check = z.strictObject({
  /** Stable and short, e.g. `database.read-only`; what scripts match on. */
  name: z.string().regex(/^[a-z0-9]+(\.[a-z0-9-]+)+$/),
  /** For people: what is asked, e.g. "Read-only sessions cannot write". */
  title: z.string(),
  /** `skipped`: could not be looked at because something before it failed, or does not apply; `finding` says which. */
  state: z.enum(['ok', 'warning', 'failed', 'skipped']),
  /** What was found, with the facts. */
  finding: z.string(),
  /** The next thing to do; `null` where nothing is to be done. */
  fix: z.string().nullable(),
  /** SQL or a shell command that does what `fix` says, exactly as it is run; left out where there is none. */
  statement: z.string().optional(),
});
export type Check = z.infer<typeof Check>;
