import { Button, Modal, Textarea, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { SafeMode } from '../../shared/domain/safe-mode.ts';
import { client } from '../client.ts';
import { ErrorPanel } from '../components/problem-panel.tsx';
import { countOf } from '../format/count.ts';
import { refreshAfterChange } from '../queries.ts';
import classes from './leave-safe-mode-dialog.module.css';

const SHORTEST_REASON = 3;

/** Asks for the operator's reason and typed consent to leave safe mode. Cancel has the focus. */
export function LeaveSafeModeDialog(props: {
  readonly safeMode: SafeMode;
  readonly opened: boolean;
  readonly onClose: () => void;
}) {
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      size={640}
      title={<strong>Leave safe mode of {props.safeMode.targetName}</strong>}
      closeOnClickOutside={false}
    >
      <LeaveForm safeMode={props.safeMode} onClose={props.onClose} />
    </Modal>
  );
}

function LeaveForm(props: { readonly safeMode: SafeMode; readonly onClose: () => void }) {
  const { safeMode } = props;
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState('');
  const leave = useMutation({
    mutationFn: () =>
      client.safeMode.leave({
        fingerprint: safeMode.fingerprint,
        reasonCount: safeMode.reasons.length,
        reason: reason.trim(),
        confirmation: typed,
      }),
    onSuccess: props.onClose,
    onSettled: refreshAfterChange,
  });
  const isReady = typed === safeMode.leavePhrase && reason.trim().length >= SHORTEST_REASON;
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady && !leave.isPending) leave.mutate();
      }}
    >
      <ul className={classes.reasons}>
        {safeMode.reasons.map((one) => (
          <li key={`${one.at} ${one.sentence}`}>{one.sentence}</li>
        ))}
      </ul>
      <p className={classes.consequence}>
        Nothing is changed now. Unwind may write to {safeMode.targetName} again, although{' '}
        {countOf(safeMode.reasons.length, 'thing')} could not be decided: you have seen to it.
      </p>
      <Textarea
        label="Reason"
        description="Required. Kept in the workspace and in the files of the runs."
        rows={2}
        value={reason}
        onChange={(event) => {
          setReason(event.currentTarget.value);
        }}
      />
      <div>
        <p id="leave-phrase">
          To confirm, type <code>{safeMode.leavePhrase}</code>
        </p>
        <TextInput
          aria-label="Confirmation phrase"
          aria-describedby="leave-phrase"
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
          }}
        />
      </div>
      {leave.error === null ? null : <ErrorPanel error={leave.error} />}
      <div className={classes.end}>
        <Button variant="default" data-autofocus onClick={props.onClose}>
          Cancel
        </Button>
        <Button type="submit" color="red.8" disabled={!isReady} loading={leave.isPending}>
          Leave safe mode
        </Button>
      </div>
    </form>
  );
}
