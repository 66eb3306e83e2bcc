import { z } from 'zod';

/**
 * How well a value is known. `snapshot`: from a snapshot whose hashes hold. `plan`: read from the database when a plan was made whose
 * digest holds. `backup`: from a backup that is whole, but carries no hash. `tracking-row`: put together from what the record says of
 * its migration. `unknown`: nothing says it.
 */
export const Confidence = z.enum(['snapshot', 'plan', 'backup', 'tracking-row', 'unknown']);
export type Confidence = z.infer<typeof Confidence>;

/** Where the values of a plan of kind `restore` come from. */
export const RestoreSource = z.strictObject({
  kind: z.enum(['snapshot', 'backup', 'reconstruction']),
  /** The snapshot, the backup, or the runs that were put together. */
  ids: z.array(z.string()),
  /** When the values were read from the database, ISO 8601 UTC; `null` where nobody knows or they are of several moments. */
  takenAt: z.string().nullable(),
  /** What the verification before the plan found. */
  verified: z.string(),
});
export type RestoreSource = z.infer<typeof RestoreSource>;
