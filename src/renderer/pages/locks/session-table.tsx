import { Button } from '@mantine/core';
import clsx from 'clsx';
import type { ActivityReport } from '../../../shared/contract/activity.ts';
import { type DatabaseSession, type LockLine, lockTree } from '../../../shared/domain/activity.ts';
import table from '../../components/table.module.css';
import { TableBox } from '../../components/table-box.tsx';
import { durationText } from '../../format/duration.ts';
import { type StopChoice, sessionName } from '../../words/session-words.ts';
import classes from './locks-page.module.css';

export const SESSION_COLUMNS = [
  'Session',
  'Who',
  'State',
  'Open for',
  'Locks',
  'Statement',
  'Stop',
] as const;

/** The sessions as a tree: who waits stands below whom they wait for. */
export function SessionTable(props: {
  readonly activity: ActivityReport;
  readonly onStop: (choice: StopChoice) => void;
}) {
  const { activity } = props;
  return (
    <TableBox>
      <table className={table.table} aria-label="Sessions on the tables of the target">
        <thead>
          <tr>
            {SESSION_COLUMNS.map((column) => (
              <th
                key={column}
                scope="col"
                className={column === 'Open for' ? table.number : undefined}
              >
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lockTree(activity.sessions).map((line) => (
            <SessionRow
              key={`${String(line.session.pid)} ${line.session.startedAt}`}
              line={line}
              readAtMs={Date.parse(activity.readAt)}
              onStop={props.onStop}
            />
          ))}
        </tbody>
      </table>
    </TableBox>
  );
}

function SessionRow(props: {
  readonly line: LockLine;
  readonly readAtMs: number;
  readonly onStop: (choice: StopChoice) => void;
}) {
  const { session, depth } = props.line;
  const since = session.transactionSince;
  return (
    <tr>
      <td className={table.fit}>
        <span className={classes.pid} style={{ paddingInlineStart: `${String(depth * 16)}px` }}>
          {depth === 0 ? null : <span aria-hidden>└ </span>}
          <code>{session.pid}</code>
        </span>
        {session.own ? <span className={classes.own}>Unwind</span> : null}
        {session.blockedBy.length === 0 ? null : (
          <div className="dim">waits for {session.blockedBy.join(', ')}</div>
        )}
      </td>
      <td>
        {session.user ?? <span className="dim">unknown user</span>}
        <div className="dim">
          {session.application === '' ? 'no application name' : session.application} ·{' '}
          {session.client}
        </div>
      </td>
      <td className={table.fit}>{session.state ?? <span className="dim">–</span>}</td>
      <td className={clsx(table.fit, table.number)}>
        {since === null ? '–' : durationText(Math.max(0, props.readAtMs - Date.parse(since)))}
      </td>
      <td>
        <Locks locks={session.locks} />
      </td>
      <td className={classes.statement}>
        {session.statement === null ? (
          <span className="dim">not shown to this role</span>
        ) : (
          <code>{session.statement}</code>
        )}
      </td>
      <td className={table.fit}>
        <StopButtons session={session} onStop={props.onStop} />
      </td>
    </tr>
  );
}

function Locks(props: { readonly locks: DatabaseSession['locks'] }) {
  return (
    <ul className={classes.locks}>
      {props.locks.map((lock) => (
        <li key={`${lock.table} ${lock.mode} ${String(lock.granted)}`}>
          <code>{lock.table}</code> {lock.mode}
          {lock.granted ? null : <strong> · waits</strong>}
        </li>
      ))}
    </ul>
  );
}

function StopButtons(props: {
  readonly session: DatabaseSession;
  readonly onStop: (choice: StopChoice) => void;
}) {
  const { session } = props;
  return (
    <div className={classes.buttons}>
      <Button
        size="compact-sm"
        variant="default"
        aria-label={`Cancel the statement of session ${sessionName(session)}: asks first`}
        onClick={() => {
          props.onStop({ what: 'statement', session });
        }}
      >
        Cancel…
      </Button>
      <Button
        size="compact-sm"
        variant="default"
        aria-label={`Terminate session ${sessionName(session)}: asks first`}
        onClick={() => {
          props.onStop({ what: 'session', session });
        }}
      >
        Terminate…
      </Button>
    </div>
  );
}
