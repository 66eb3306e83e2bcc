import { CopyButton } from './copy-button.tsx';
import classes from './copyable.module.css';

/** An id, key, path or digest in monospace with its copy button; the button shows on hover and focus. */
export function Copyable(props: {
  readonly text: string;
  /** What the copy button names: "digest", "object key". */
  readonly what: string;
  /** Shown in place of the whole text. */
  readonly short?: string;
  readonly look?: 'one-line' | 'wrapped';
}) {
  return (
    <span className={classes.copyable}>
      <code
        className={props.look === 'wrapped' ? classes.wrapped : classes.text}
        title={props.short === undefined ? undefined : props.text}
      >
        {props.short ?? props.text}
      </code>
      <CopyButton text={props.text} what={props.what} className={classes.quiet ?? ''} />
    </span>
  );
}
