import type { StopResult } from '../../../shared/contract/activity.ts';
import {
  type DatabaseSession,
  type StopWhat,
  stopPhrase,
} from '../../../shared/domain/activity.ts';
import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { Operator } from '../../../shared/domain/target.ts';
import { type Clock, nowIso } from '../ports/clock.ts';
import type { DatabaseActivity } from '../ports/database-activity.ts';
import type { SessionLog, SessionLogEntry } from '../ports/session-log.ts';
import type { OpenTarget } from '../ports/target.ts';
import { checkWritable } from '../run/check-guard.ts';

/** What stopping a session needs. */
export interface StopParts {
  readonly target: OpenTarget;
  readonly operator: Operator;
  readonly clock: Clock;
  readonly log: SessionLog;
}

/** Which session, what of it, and the typed consent. */
export interface StopRequest {
  readonly pid: number;
  readonly startedAt: string;
  readonly what: StopWhat;
  readonly confirmation: string;
}

/**
 * Stops a session that works on the target's tables; no other session of the server can be reached from here.
 *
 * Order: 1. the consent names this session 2. the session is looked up again 3. the intent is durable 4. the server is asked
 * 5. what became of it is written down.
 * @throws USAGE_INVALID the database is a file. @throws TARGET_READ_ONLY @throws CONFIRMATION_MISMATCH @throws DATABASE_DENIED
 */
export async function stopSession(parts: StopParts, request: StopRequest): Promise<StopResult> {
  const activity = activityOf(parts.target);
  checkWritable(parts.target);
  checkConfirmation(parts.target, request);
  const sessions = await activity.listSessions();
  const session = sessions.find(
    ({ pid, startedAt }) => pid === request.pid && startedAt === request.startedAt,
  );
  if (session === undefined) {
    append(parts, 'session.gone', factsOf(parts.target, request, undefined));
    return resultOf(parts, request, { outcome: 'gone', session: null });
  }

  const facts = factsOf(parts.target, request, session);
  // Before the server is asked: what has happened to somebody's work must not be known to nobody.
  append(parts, 'session.stop-asked', facts);
  const wasThere = await ask(parts, activity, { request, facts });
  append(parts, wasThere ? 'session.stopped' : 'session.gone', facts);
  return resultOf(parts, request, { outcome: wasThere ? 'asked' : 'gone', session });
}

async function ask(
  parts: StopParts,
  activity: DatabaseActivity,
  work: { readonly request: StopRequest; readonly facts: SessionLogEntry['data'] },
): Promise<boolean> {
  const { pid, startedAt, what } = work.request;
  try {
    return await activity.cancel({ pid, startedAt }, what);
  } catch (error) {
    append(parts, 'session.stop-failed', work.facts);
    throw error;
  }
}

function activityOf(target: OpenTarget): DatabaseActivity {
  if (target.activity !== undefined) return target.activity;
  throw new OperatorError('USAGE_INVALID', {
    message: `${target.identity.database} is a file: no server keeps sessions that could be stopped.`,
    hint: 'Look who holds the target with `unwind locks`, and end that process on its own machine.',
    details: { target: target.identity.name },
  });
}

function checkConfirmation(target: OpenTarget, request: StopRequest): void {
  const expected = stopPhrase(request.what, request.pid, target.identity.name);
  if (request.confirmation === expected) return;
  throw new OperatorError('CONFIRMATION_MISMATCH', {
    message: 'The confirmation does not match. No session was stopped.',
    hint: `Type exactly: ${expected}`,
    details: { expected },
  });
}

function factsOf(
  target: OpenTarget,
  { pid, startedAt, what }: StopRequest,
  session: DatabaseSession | undefined,
): SessionLogEntry['data'] {
  return {
    target: target.identity.name,
    database: target.identity.database,
    what,
    pid,
    startedAt,
    user: session?.user ?? null,
    application: session?.application ?? null,
    client: session?.client ?? null,
    statement: session?.statement ?? null,
  };
}

function append(
  parts: StopParts,
  event: SessionLogEntry['event'],
  data: SessionLogEntry['data'],
): void {
  parts.log.append({ at: nowIso(parts.clock), operator: parts.operator, event, data });
}

function resultOf(
  parts: StopParts,
  { what, pid }: StopRequest,
  end: Pick<StopResult, 'outcome' | 'session'>,
): StopResult {
  return { ...end, what, pid, at: nowIso(parts.clock), by: parts.operator };
}
