import { z } from 'zod';
import { DatabaseSession, StopWhat } from '../domain/activity.ts';
import { RunId } from '../domain/plan.ts';
import { Operator, TargetIdentity } from '../domain/target.ts';
import { procedure } from './procedure.ts';

/** Who works on a target now. */
export const ActivityReport = z.strictObject({
  target: TargetIdentity,
  /** `file`: the database is a file, and no server keeps sessions. */
  kind: z.enum(['server', 'file']),
  /** ISO 8601 UTC, when it was read. */
  readAt: z.string(),
  /** Sessions that hold or wait for locks on the target's tables; empty for a file. */
  sessions: z.array(DatabaseSession),
  /** The Unwind run that holds the target; `null` when it is free. */
  lease: z
    .strictObject({ operator: Operator, runId: RunId, since: z.string(), token: z.number().int() })
    .nullable(),
});
export type ActivityReport = z.infer<typeof ActivityReport>;

/** What became of the request to stop a session. */
export const StopResult = z.strictObject({
  /** `asked`: the server has been told. `gone`: no such session works on the target's tables any more; nothing was done. */
  outcome: z.enum(['asked', 'gone']),
  what: StopWhat,
  pid: z.number().int(),
  /** The session as it was right before; `null` when it was gone. */
  session: DatabaseSession.nullable(),
  at: z.string(),
  by: Operator,
});
export type StopResult = z.infer<typeof StopResult>;

export const activityContract = {
  /** Sessions on the target's tables and the holder of its lease. Changes nothing. */
  list: procedure.input(z.strictObject({ target: z.string().optional() })).output(ActivityReport),
  /**
   * Asks the server to cancel the statement of a session, or to end it. Written to `logs/sessions.log` of the workspace before and after.
   * Fails with CONFIRMATION_MISMATCH, DATABASE_DENIED, or USAGE_INVALID for a database without a server; then nothing was done.
   */
  cancel: procedure
    .input(
      z.strictObject({
        target: z.string().optional(),
        pid: z.number().int(),
        /** As listed: the same process id may be another session by now. */
        startedAt: z.string(),
        what: StopWhat,
        /** Exactly `stopPhrase(what, pid, target name)`. */
        confirmation: z.string(),
      }),
    )
    .output(StopResult),
};
