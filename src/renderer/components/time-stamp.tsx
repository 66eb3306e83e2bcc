import { absoluteTime, localTime, relativeTime } from '../format/time.ts';
import { useNowMs } from './now.ts';

/** A moment: absolute with its zone, relative beside it, local time on hover. */
export function TimeStamp(props: { readonly iso: string | null; readonly missing?: string }) {
  const nowMs = useNowMs();
  if (props.iso === null) return <span className="dim">{props.missing ?? '–'}</span>;
  return (
    <time dateTime={props.iso} title={localTime(props.iso)} className="num">
      {absoluteTime(props.iso)} <span className="dim">({relativeTime(props.iso, nowMs)})</span>
    </time>
  );
}
