import type { ActivityReport } from '../../../shared/contract/activity.ts';
import { type Clock, nowIso } from '../ports/clock.ts';
import type { OpenTarget } from '../ports/target.ts';

/** Reads who works on the target's tables and who holds its lease. Takes nothing and waits for nothing. */
export async function readActivity(target: OpenTarget, clock: Clock): Promise<ActivityReport> {
  const sessions = (await target.activity?.listSessions()) ?? [];
  const lease = await target.leases.find();
  return {
    target: target.identity,
    kind: target.activity === undefined ? 'file' : 'server',
    readAt: nowIso(clock),
    sessions: [...sessions],
    lease: lease ?? null,
  };
}
