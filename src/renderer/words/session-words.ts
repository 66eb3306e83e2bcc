import type { DatabaseSession, StopWhat } from '../../shared/domain/activity.ts';

/** The session that is to be stopped, and how. */
export interface StopChoice {
  readonly what: StopWhat;
  readonly session: DatabaseSession;
}

/** A session by what an operator can recognise it by: `4711 (app, list-cutter, 10.0.0.7)`. */
export function sessionName(session: DatabaseSession): string {
  const application = session.application === '' ? 'no application name' : session.application;
  return `${String(session.pid)} (${session.user ?? 'unknown user'}, ${application}, ${session.client})`;
}

/** What the button of the dialog does, by the object's name. */
export function stopActionText(what: StopWhat, pid: number): string {
  return what === 'statement'
    ? `Cancel the statement of session ${String(pid)}`
    : `Terminate session ${String(pid)}`;
}

/** What stopping this session does to it, and to Unwind where it is one of its own. */
export function stopConsequenceText(session: DatabaseSession, what: StopWhat): string {
  const own = session.own ? ' This is a session of Unwind: its run stops and can be resumed.' : '';
  return what === 'statement'
    ? `Its statement fails, and what its transaction has changed so far is rolled back by the server or by its client.${own}`
    : `The server rolls its open transaction back, and its client loses the connection.${own}`;
}

/** The CLI command that shows, and then stops, the same session. */
export function locksCommand(stop?: StopChoice): string {
  if (stop === undefined) return 'unwind locks';
  const flag = stop.what === 'statement' ? '--cancel' : '--terminate';
  return `unwind locks ${flag} ${String(stop.session.pid)} --started-at ${stop.session.startedAt} --confirm`;
}
