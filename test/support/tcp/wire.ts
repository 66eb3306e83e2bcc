/** The smallest part of the traffic that a rule is asked about. */
export interface Unit {
  readonly bytes: Buffer;
  /** Kind of message where the wire is known (`Query`, `Parse`, …), else `bytes`. */
  readonly type: string;
  /** SQL that the message carries; empty for every other. */
  readonly sql: string;
  /** Whether the server has answered everything once this has come. */
  readonly endsAnswer: boolean;
  /** Whether the client waits for the answer once it has sent this. */
  readonly endsQuestion: boolean;
}

/** How the bytes of one connection fall into units. Each call of a function takes the next chunk and gives what is whole by now. */
export interface Frames {
  readonly toServer: (chunk: Buffer) => readonly Unit[];
  readonly toClient: (chunk: Buffer) => readonly Unit[];
}

/** Makes the frames of a new connection. */
export type Wire = () => Frames;

/** Any protocol: a unit is what one read gave, and every chunk from the server counts as a whole answer. */
export function bytesAsTheyCome(): Frames {
  const asUnit = (chunk: Buffer): readonly Unit[] => [
    { bytes: chunk, type: 'bytes', sql: '', endsAnswer: true, endsQuestion: true },
  ];
  return { toServer: asUnit, toClient: asUnit };
}

const FRONTEND: Readonly<Record<string, string>> = {
  Q: 'Query',
  P: 'Parse',
  B: 'Bind',
  D: 'Describe',
  E: 'Execute',
  S: 'Sync',
  H: 'Flush',
  C: 'Close',
  X: 'Terminate',
  d: 'CopyData',
  c: 'CopyDone',
  f: 'CopyFail',
  p: 'Password',
};

const TLS_REQUEST = 80_877_103;

/**
 * PostgreSQL's protocol 3 without TLS: a unit is one message, from either side. A connection that turns to TLS can no longer
 * be read and is passed as bytes.
 */
export function postgresWire(): Frames {
  let started = false;
  let asksForTls = false;
  let opaque = false;
  let fromClient = Buffer.alloc(0);
  let fromServer = Buffer.alloc(0);

  /** The first message, and each one before the session begins, has no letter: only its length. */
  function firstMessage(): Unit | undefined {
    if (fromClient.length < 8) return undefined;
    const length = fromClient.readInt32BE(0);
    if (fromClient.length < length) return undefined;
    const bytes = fromClient.subarray(0, length);
    fromClient = fromClient.subarray(length);
    asksForTls = bytes.readInt32BE(4) === TLS_REQUEST;
    started = !asksForTls;
    return {
      bytes,
      type: asksForTls ? 'SSLRequest' : 'Startup',
      sql: '',
      endsAnswer: false,
      endsQuestion: true,
    };
  }

  function nextFromClient(): Unit | undefined {
    if (!started) return firstMessage();
    const bytes = wholeMessage(fromClient);
    if (bytes === undefined) return undefined;
    fromClient = fromClient.subarray(bytes.length);
    const letter = String.fromCharCode(bytes[0] ?? 0);
    return {
      bytes,
      type: FRONTEND[letter] ?? letter,
      sql: sqlOf(letter, bytes),
      endsAnswer: false,
      endsQuestion: letter === 'Q' || letter === 'S' || letter === 'H',
    };
  }

  function nextFromServer(): Unit | undefined {
    if (asksForTls && fromServer.length > 0) {
      const bytes = fromServer.subarray(0, 1);
      fromServer = fromServer.subarray(1);
      asksForTls = false;
      opaque = bytes.toString() === 'S';
      return { bytes, type: 'SSLAnswer', sql: '', endsAnswer: false, endsQuestion: false };
    }
    const bytes = wholeMessage(fromServer);
    if (bytes === undefined) return undefined;
    fromServer = fromServer.subarray(bytes.length);
    const letter = String.fromCharCode(bytes[0] ?? 0);
    return { bytes, type: letter, sql: '', endsAnswer: letter === 'Z', endsQuestion: false };
  }

  return {
    toServer(chunk) {
      if (opaque) return bytesAsTheyCome().toServer(chunk);
      fromClient = Buffer.concat([fromClient, chunk]);
      return takeAll(nextFromClient);
    },
    toClient(chunk) {
      if (opaque) return bytesAsTheyCome().toClient(chunk);
      fromServer = Buffer.concat([fromServer, chunk]);
      return takeAll(nextFromServer);
    },
  };
}

/** Whether a unit is the client's message that carries SQL matching `pattern`. */
export function asksFor(pattern: RegExp): (unit: Unit) => boolean {
  return (unit) => (unit.type === 'Query' || unit.type === 'Parse') && pattern.test(unit.sql);
}

/** The messages of a client that asks for `sql` in the place of what `unit` begins: a simple query, or a statement that is executed. */
export function askedInstead(unit: Unit, sql: string): Buffer {
  if (unit.type === 'Query') return message('Q', `${sql}\0`);
  return Buffer.concat([
    message('P', `\0${sql}\0\0\0`),
    message('B', '\0'.repeat(8)),
    message('E', '\0'.repeat(5)),
  ]);
}

function message(letter: string, text: string): Buffer {
  const head = Buffer.alloc(5);
  head.write(letter);
  head.writeInt32BE(4 + Buffer.byteLength(text), 1);
  return Buffer.concat([head, Buffer.from(text)]);
}

function takeAll(next: () => Unit | undefined): readonly Unit[] {
  const units: Unit[] = [];
  for (let unit = next(); unit !== undefined; unit = next()) units.push(unit);
  return units;
}

function wholeMessage(buffered: Buffer): Buffer | undefined {
  if (buffered.length < 5) return undefined;
  const length = 1 + buffered.readInt32BE(1);
  return buffered.length < length ? undefined : buffered.subarray(0, length);
}

function sqlOf(letter: string, bytes: Buffer): string {
  if (letter === 'Q') return textUntilZero(bytes, 5);
  if (letter === 'P') return textUntilZero(bytes, bytes.indexOf(0, 5) + 1);
  return '';
}

function textUntilZero(bytes: Buffer, start: number): string {
  return bytes.toString('utf8', start, bytes.indexOf(0, start));
}
