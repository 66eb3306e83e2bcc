import { z } from 'zod';

/** What a rollback touches: rows and objects, rows only (`--database-only`), or objects only (`--r2-only`). */
export const ScopeMode = z.enum(['both', 'database-only', 'r2-only']);
export type ScopeMode = z.infer<typeof ScopeMode>;

const CalendarDate = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, 'a date is written YYYY-MM-DD')
  .refine((text) => {
    const parsed = new Date(`${text}T00:00:00Z`);
    return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(text);
  }, 'no such day in the calendar');

/**
 * Which migration records a rollback is about. Selectors that are set are combined with AND.
 *
 * Dates are days in UTC, both inclusive, compared with the moment a record's migration started (`started_at`, else `created_at`).
 * `full` says "everything" out loud; it stands alone or with dates.
 */
export const Scope = z.strictObject({
  batchId: z.string().min(1).optional(),
  userId: z.string().min(1).optional(),
  failedOnly: z.boolean().default(false),
  full: z.boolean().default(false),
  startDate: CalendarDate.optional(),
  endDate: CalendarDate.optional(),
  mode: ScopeMode.default('both'),
});
export type Scope = z.infer<typeof Scope>;

/** What a scope holds, by the migration records alone: those of each status, in ascending byte order, NULL first. */
export const ScopeExtent = z.strictObject({
  statuses: z.array(
    z.strictObject({
      status: z.string().nullable(),
      records: z.number().int(),
      /** Of the records that say the size of their file. */
      bytes: z.number().int(),
      recordsWithoutSize: z.number().int(),
    }),
  ),
});
export type ScopeExtent = z.infer<typeof ScopeExtent>;
