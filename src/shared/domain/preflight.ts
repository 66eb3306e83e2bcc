import { z } from 'zod';
import { Check } from './check.ts';
import { ScopeMode } from './scope.ts';
import { DatabaseKind } from './target.ts';

/** What a check of the preflight is about, in the order in which they are looked at. */
export const PreflightGroup = z.enum([
  'configuration',
  'database',
  'bucket',
  'originals',
  'workspace',
]);
export type PreflightGroup = z.infer<typeof PreflightGroup>;

/** One line of the preflight. */
export const PreflightLine = Check.extend({ group: PreflightGroup });
export type PreflightLine = z.infer<typeof PreflightLine>;

/** Name of the line that says who runs on the target now; a failure of it alone has an exit status of its own. */
export const LEASE_LINE = 'workspace.lease';

/** `ready`: nothing was found; `warnings`: a rollback can go on, with less than it could have; `not-ready`: something failed. */
export const PreflightResult = z.enum(['ready', 'warnings', 'not-ready']);
export type PreflightResult = z.infer<typeof PreflightResult>;

/** Everything that a preflight found. */
export const PreflightReport = z.strictObject({
  /** Name of the target; `null` where there is none to look at. */
  target: z.string().nullable(),
  databaseKind: DatabaseKind.nullable(),
  /** For which kind of rollback was looked. */
  mode: ScopeMode,
  /** The groups that were looked at. */
  groups: z.array(PreflightGroup),
  /** ISO 8601 UTC. */
  startedAt: z.string(),
  durationMs: z.number().int(),
  result: PreflightResult,
  counts: z.strictObject({
    ok: z.number().int(),
    warning: z.number().int(),
    failed: z.number().int(),
    skipped: z.number().int(),
  }),
  /** In the fixed order of groups and of checks within a group. */
  lines: z.array(PreflightLine),
});
export type PreflightReport = z.infer<typeof PreflightReport>;
