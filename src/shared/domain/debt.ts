import { z } from 'zod';
import { RunId } from './plan.ts';

/**
 * What a rollback of one half leaves open: objects that no row points at any more (`--database-only`), or rows whose objects are
 * gone (`--r2-only`).
 */
export const DebtKind = z.enum(['orphan-objects', 'dangling-rows']);
export type DebtKind = z.infer<typeof DebtKind>;

/** What one run left open, and what became of it. Times are ISO 8601 UTC. */
export const Debt = z.strictObject({
  /** The run that left it open; it names the debt. */
  runId: RunId,
  kind: DebtKind,
  targetName: z.string(),
  targetFingerprint: z.string(),
  scopeInWords: z.string(),
  openedAt: z.string(),
  state: z.enum(['open', 'closed']),
  itemCount: z.number().int(),
  openCount: z.number().int(),
  /** Of the open items. `null` while nobody looked at their objects: a run of rows only does not. */
  openBytes: z.number().int().nullable(),
  /** The run, or the plan that found nothing left to do, that settled the last item. */
  closedBy: RunId.nullable(),
  closedAt: z.string().nullable(),
});
export type Debt = z.infer<typeof Debt>;

/** One file of a debt. */
export const DebtItem = z.strictObject({
  recordId: z.string(),
  fileId: z.string().nullable(),
  objectKey: z.string(),
  sizeBytes: z.number().int().nullable(),
  etag: z.string().nullable(),
  state: z.enum(['open', 'closed']),
  settledBy: RunId.nullable(),
  settledAt: z.string().nullable(),
});
export type DebtItem = z.infer<typeof DebtItem>;
