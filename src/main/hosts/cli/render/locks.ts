import type { ActivityReport, StopResult } from '../../../../shared/contract/activity.ts';
import {
  type DatabaseSession,
  type LockLine,
  lockTree,
  type StopWhat,
} from '../../../../shared/domain/activity.ts';
import type { Terminal } from '../terminal.ts';
import { duration, moment, orDash } from './format.ts';
import { renderFacts, renderTable } from './table.ts';
import { targetFacts } from './target.ts';

/** Who works on the tables of a target, those that wait below those that they wait for. */
export function renderLocks(terminal: Terminal, activity: ActivityReport): string {
  const facts = renderFacts([...targetFacts(activity.target), ['lease', leaseText(activity)]]);
  return `${facts}\n${activity.kind === 'file' ? fileText(activity) : sessionsText(terminal, activity)}`;
}

/** What stopping this session does, in one sentence. */
export function stopConsequence(session: DatabaseSession, what: StopWhat): string {
  const whose = `session ${String(session.pid)} (${session.user ?? 'unknown user'}, ${session.application === '' ? 'no application name' : session.application}, ${session.client})`;
  const own = session.own
    ? ' It is one of Unwind: its run stops, loses its lease, and can be resumed.'
    : '';
  return what === 'statement'
    ? `This cancels the statement of ${whose}; the server rolls its open transaction back or fails it.${own}`
    : `This ends ${whose}; the server rolls its open transaction back and its client loses the connection.${own}`;
}

/** What became of it. */
export function renderStop(stop: StopResult): string {
  const session = `session ${String(stop.pid)}`;
  if (stop.outcome === 'gone') return `The ${session} is gone by now; nothing was done.\n`;
  return stop.what === 'statement'
    ? `The server was asked to cancel the statement of ${session}.\n`
    : `The server was asked to end ${session}.\n`;
}

function leaseText({ lease }: ActivityReport): string {
  if (lease === null) return 'free';
  const { operator } = lease;
  return `held by ${operator.user}@${operator.host} (${operator.door}, process ${String(operator.pid)}) since ${moment(lease.since)} for run ${lease.runId}`;
}

function fileText({ lease }: ActivityReport): string {
  const who =
    lease === null
      ? 'No run of Unwind holds it.'
      : 'The lease above says which run of Unwind holds it.';
  return `The database is a file: no server keeps sessions. ${who}\n`;
}

function sessionsText(terminal: Terminal, activity: ActivityReport): string {
  if (activity.sessions.length === 0)
    return 'No session holds or waits for a lock on the tables of the target.\n';
  const readAtMs = Date.parse(activity.readAt);
  return renderTable(terminal, {
    columns: [
      { title: 'session', cells: 'whole' },
      { title: 'user' },
      { title: 'application' },
      { title: 'client' },
      { title: 'state' },
      { title: 'open for', align: 'right' },
      { title: 'locks' },
      { title: 'waits for', cells: 'whole' },
      { title: 'statement' },
    ],
    rows: lockTree(activity.sessions).map((line) => rowOf(line, readAtMs)),
  });
}

function rowOf({ session, depth }: LockLine, readAtMs: number): readonly string[] {
  const since = session.transactionSince;
  return [
    `${depth === 0 ? '' : `${'  '.repeat(depth - 1)}└ `}${String(session.pid)}${session.own ? ' (Unwind)' : ''}`,
    orDash(session.user),
    session.application === '' ? '-' : session.application,
    session.client,
    orDash(session.state),
    since === null ? '-' : duration(Math.max(0, readAtMs - Date.parse(since))),
    session.locks.map(lockText).join(', '),
    session.blockedBy.length === 0 ? '-' : session.blockedBy.join(', '),
    orDash(session.statement),
  ];
}

function lockText({ table, mode, granted }: DatabaseSession['locks'][number]): string {
  return `${granted ? '' : 'waits: '}${table} ${mode}`;
}
