const LINE_END = 0x0a;

/** Makes a sink for pieces of text that gives each line, without its end, once it is whole. A last line without an end is never given. */
export function splitLines(onLine: (line: string) => void): (bytes: Buffer) => void {
  let rest: Buffer[] = [];
  return (bytes) => {
    let start = 0;
    for (let end = bytes.indexOf(LINE_END); end !== -1; end = bytes.indexOf(LINE_END, start)) {
      const part = bytes.subarray(start, end);
      onLine(
        rest.length === 0 ? part.toString('utf8') : Buffer.concat([...rest, part]).toString('utf8'),
      );
      rest = [];
      start = end + 1;
    }
    // A copy: the piece's memory is used again.
    if (start < bytes.length) rest.push(Buffer.from(bytes.subarray(start)));
  };
}
