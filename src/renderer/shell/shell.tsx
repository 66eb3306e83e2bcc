import { type ReactNode, useRef } from 'react';
import { CommandPalette } from './command-palette.tsx';
import { DroppedFile } from './dropped-file.tsx';
import { Navigation } from './navigation.tsx';
import { OfflineBanner } from './offline-banner.tsx';
import { RunEndNotices } from './run-end-notices.tsx';
import { SafeModeBanner } from './safe-mode-banner.tsx';
import classes from './shell.module.css';
import { EnvironmentStrip, TargetBar } from './target-bar.tsx';

/** What is around every page. */
export function Shell(props: { readonly children: ReactNode }) {
  const main = useRef<HTMLElement>(null);
  return (
    <div className={classes.shell}>
      <div className={classes.strip}>
        <EnvironmentStrip />
      </div>
      <Navigation
        onSkip={() => {
          main.current?.focus();
        }}
      />
      <div className={classes.column}>
        <TargetBar />
        <div>
          <OfflineBanner />
          <SafeModeBanner />
        </div>
        <main ref={main} className={classes.main} id="content" tabIndex={-1}>
          {props.children}
        </main>
      </div>
      <RunEndNotices />
      <DroppedFile />
      <CommandPalette />
    </div>
  );
}
