import { Button } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { connection } from '../client.ts';
import { useNowMs } from '../components/now.ts';
import { durationText } from '../format/duration.ts';
import classes from './offline-banner.module.css';
import { useConnection } from './use-connection.ts';

/** Attempts before the banner says what to do: a host that restarts is back sooner. */
const PATIENT_ATTEMPTS = 4;

/** Says that what is on the page may be old, since when, and what to do about it. */
export function OfflineBanner() {
  const state = useConnection();
  const nowMs = useNowMs();
  if (state.kind !== 'offline') return null;
  const since = durationText(nowMs - state.sinceMs);
  return (
    <div className={classes.banner} role="status">
      <IconPlugConnectedX size={20} aria-hidden />
      <span className={classes.text}>
        <strong>Unwind does not answer.</strong> What you see was read before the connection closed,{' '}
        <span className="num">{since}</span> ago. A lost connection does not stop a run.{' '}
        {state.attempts > PATIENT_ATTEMPTS
          ? 'If Unwind was stopped, start it again and open the address that it prints.'
          : 'Trying again.'}
      </span>
      <Button
        variant="default"
        onClick={() => {
          connection.retryNow();
        }}
      >
        Try now
      </Button>
    </div>
  );
}
