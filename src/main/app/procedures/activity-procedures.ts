import { readActivity } from '../../core/activity/read-activity.ts';
import { stopSession } from '../../core/activity/stop-session.ts';
import type { ProcedureContext } from './procedure-context.ts';

/** The procedures that say who holds the rows, and stop one who does. */
export function activityProcedures(parts: ProcedureContext) {
  return {
    list: parts.os.activity.list.handler(async ({ input }) => {
      const target = await parts.targets.open(input.target);
      try {
        return await readActivity(target, parts.clock);
      } finally {
        await target.close();
      }
    }),
    cancel: parts.os.activity.cancel.handler(async ({ input }) => {
      const target = await parts.targets.open(input.target);
      try {
        const { clock, operator, sessionLog: log } = parts;
        return await stopSession({ target, clock, operator, log }, input);
      } finally {
        await target.close();
      }
    }),
  };
}
