import { Button, Modal, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { StopResult } from '../../../shared/contract/activity.ts';
import { stopPhrase } from '../../../shared/domain/activity.ts';
import type { TargetIdentity } from '../../../shared/domain/target.ts';
import { client } from '../../client.ts';
import { ErrorPanel } from '../../components/problem-panel.tsx';
import { refreshAfterChange } from '../../queries.ts';
import {
  type StopChoice,
  sessionName,
  stopActionText,
  stopConsequenceText,
} from '../../words/session-words.ts';
import classes from './locks-page.module.css';

/** Asks for the typed consent to stop one session: names it, its statement and what happens to it. Cancel has the focus. */
export function StopDialog(props: {
  readonly target: TargetIdentity;
  readonly choice: StopChoice | undefined;
  readonly onClose: () => void;
  readonly onStopped: (result: StopResult) => void;
}) {
  const { choice } = props;
  return (
    <Modal
      opened={choice !== undefined}
      onClose={props.onClose}
      size={600}
      title={
        <strong>
          {choice === undefined ? '' : stopActionText(choice.what, choice.session.pid)}
        </strong>
      }
      closeOnClickOutside={false}
    >
      {choice === undefined ? null : (
        <StopForm
          target={props.target}
          choice={choice}
          onClose={props.onClose}
          onStopped={props.onStopped}
        />
      )}
    </Modal>
  );
}

function StopForm(props: {
  readonly target: TargetIdentity;
  readonly choice: StopChoice;
  readonly onClose: () => void;
  readonly onStopped: (result: StopResult) => void;
}) {
  const { target, choice } = props;
  const { session, what } = choice;
  const phrase = stopPhrase(what, session.pid, target.name);
  const [typed, setTyped] = useState('');
  const stop = useMutation({
    mutationFn: () =>
      client.activity.cancel({
        target: target.name,
        pid: session.pid,
        startedAt: session.startedAt,
        what,
        confirmation: typed,
      }),
    onSuccess: props.onStopped,
    onSettled: refreshAfterChange,
  });
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (typed === phrase && !stop.isPending) stop.mutate();
      }}
    >
      <p>
        Session <strong>{sessionName(session)}</strong> on <strong>{target.name}</strong> (
        {target.database})
      </p>
      {session.statement === null ? null : (
        <code className={classes.quoted}>{session.statement}</code>
      )}
      <p>{stopConsequenceText(session, what)}</p>
      <div>
        <p id="stop-phrase">
          To confirm, type <code>{phrase}</code>
        </p>
        <TextInput
          aria-label="Confirmation phrase"
          aria-describedby="stop-phrase"
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
          }}
        />
      </div>
      {stop.error === null ? null : <ErrorPanel error={stop.error} />}
      <div className={classes.end}>
        <Button variant="default" data-autofocus onClick={props.onClose}>
          Cancel
        </Button>
        <Button type="submit" color="red.8" disabled={typed !== phrase} loading={stop.isPending}>
          {stopActionText(what, session.pid)}
        </Button>
      </div>
    </form>
  );
}
