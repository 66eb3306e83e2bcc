import clsx from 'clsx';
import { type ReactNode, useEffect, useRef } from 'react';
import { CommandCopy } from './command-copy.tsx';
import classes from './page.module.css';

/** A page: one heading, what it is about, its actions, and its content. Takes the focus to the heading when it opens. */
export function Page(props: {
  readonly title: string;
  readonly subtitle?: ReactNode;
  readonly actions?: ReactNode;
  /** The CLI command that shows or does the same. */
  readonly command?: string;
  readonly width?: 'fluid' | 'document';
  readonly children: ReactNode;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${props.title} · Unwind`;
  }, [props.title]);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <div className={clsx(classes.page, props.width === 'document' && classes.document)}>
      <header className={classes.header}>
        <div className={classes.titles}>
          <h1 ref={heading} tabIndex={-1} className={classes.title}>
            {props.title}
          </h1>
        </div>
        <div className={classes.actions}>
          {props.command === undefined ? null : <CommandCopy command={props.command} />}
          {props.actions}
        </div>
        {props.subtitle === undefined ? null : (
          <div className={classes.subtitle}>{props.subtitle}</div>
        )}
      </header>
      {props.children}
    </div>
  );
}

/** A titled part of a page. */
export function Section(props: {
  readonly title: string;
  readonly note?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <section className={classes.section} aria-label={props.title}>
      <div className={classes.sectionHead}>
        <h2>{props.title}</h2>
        {props.note === undefined ? null : <div className={classes.sectionNote}>{props.note}</div>}
      </div>
      {props.children}
    </section>
  );
}
