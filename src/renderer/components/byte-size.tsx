import { bytesText, exactBytesText } from '../format/bytes.ts';

/** A size in IEC units; the exact figure on hover. */
export function ByteSize(props: { readonly sizeBytes: number | null }) {
  if (props.sizeBytes === null) return <span className="dim">–</span>;
  return (
    <data value={props.sizeBytes} title={exactBytesText(props.sizeBytes)} className="num">
      {bytesText(props.sizeBytes)}
    </data>
  );
}
