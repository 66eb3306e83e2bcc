import { absoluteTime, localTime, relativeTime } from '../format/time.ts';
import { useNowMs } from './now.ts';
import classes from './time-stamp.module.css';

/** A moment: absolute with its zone, relative beside it, local time on hover. */
export function TimeStamp(props: { readonly iso: string | null; readonly missing?: string }) {
  const nowMs = useNowMs();
  if (props.iso === null) return <span className="dim">{props.missing ?? '–'}</span>;
  return (
    <time dateTime={props.iso} title={localTime(props.iso)} className={`${classes.time ?? ''} num`}>
      {absoluteTime(props.iso)}{' '}
      <span className={classes.relative}>({relativeTime(props.iso, nowMs)})</span>
    </time>
  );
}
