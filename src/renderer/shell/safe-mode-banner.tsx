import { Button } from '@mantine/core';
import { IconLockExclamation } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'wouter';
import type { SafeMode, SafeModeExit } from '../../shared/domain/safe-mode.ts';
import { PackButton } from '../components/pack-button.tsx';
import { TimeStamp } from '../components/time-stamp.tsx';
import { countOf } from '../format/count.ts';
import { exitHref } from '../words/safe-mode-words.ts';
import { LeaveSafeModeDialog } from './leave-safe-mode-dialog.tsx';
import classes from './safe-mode-banner.module.css';
import { useSafeMode } from './use-safe-mode.ts';

/** On every page about a target in safe mode: that it is, since when, why, and the exits. */
export function SafeModeBanner() {
  const safeMode = useSafeMode();
  return safeMode === undefined ? null : <Banner safeMode={safeMode} />;
}

function Banner(props: { readonly safeMode: SafeMode }) {
  const { safeMode } = props;
  const [isLeaving, setLeaving] = useState(false);
  return (
    <section className={classes.banner} aria-label="Safe mode">
      <IconLockExclamation size={22} aria-hidden />
      <div className={classes.text}>
        <p>
          <strong>Safe mode</strong> · <strong>{safeMode.targetName}</strong> is read-only for
          Unwind since <TimeStamp iso={safeMode.since} />
        </p>
        <Reasons safeMode={safeMode} />
      </div>
      <div className={classes.exits}>
        {safeMode.exits.map((exit) => (
          <Exit
            key={`${exit.kind} ${String(exit.runId)}`}
            exit={exit}
            onLeave={() => {
              setLeaving(true);
            }}
          />
        ))}
        <PackButton about={{ target: safeMode.targetName }} errorClass={classes.text} />
      </div>
      <LeaveSafeModeDialog
        safeMode={safeMode}
        opened={isLeaving}
        onClose={() => {
          setLeaving(false);
        }}
      />
    </section>
  );
}

function Reasons(props: { readonly safeMode: SafeMode }) {
  const [first, ...others] = props.safeMode.reasons;
  if (first === undefined) return null;
  return (
    <>
      <p>{first.sentence}</p>
      {others.length === 0 ? null : (
        <details>
          <summary>{countOf(others.length, 'more reason')}</summary>
          <ul className={classes.more}>
            {others.map((reason) => (
              <li key={`${reason.at} ${reason.sentence}`}>
                <TimeStamp iso={reason.at} /> {reason.sentence}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

/** An exit as a button. One that cannot be taken now is not offered: its page says why. */
function Exit(props: { readonly exit: SafeModeExit; readonly onLeave: () => void }) {
  const { exit } = props;
  if (exit.closedBecause !== null) return null;
  const href = exitHref(exit);
  if (href === undefined) {
    return (
      <Button variant="default" title={exit.sentence} onClick={props.onLeave}>
        {exit.title}…
      </Button>
    );
  }
  return (
    <Button variant="default" title={exit.sentence} component={Link} href={href}>
      {exit.title}
    </Button>
  );
}
