import { type AddressInfo, connect as connectTo, createServer, type Socket } from 'node:net';
import { bytesAsTheyCome, type Unit, type Wire } from './wire.ts';

/** A unit of the traffic as it reached the proxy: a chunk of bytes, or one message where the wire is known. */
export interface SeenUnit extends Unit {
  /** Connection that it belongs to, from 1 in the order of their beginning. */
  readonly connection: number;
  readonly direction: 'to-server' | 'to-client';
  /** Bytes of this direction of this connection that came before it. */
  readonly offset: number;
}

/**
 * What the proxy does with a unit.
 *
 * - `pass`: forwards it
 * - `delay`: forwards it after `delayMs`, and what follows it after it
 * - `cut`: closes both sides in order (FIN); the unit is not forwarded: "not applied, answer lost" when it was a COMMIT
 * - `reset`: as `cut`, but the client gets a RST
 * - `truncate`: forwards its first `bytes`, then closes both sides
 * - `lose-answer`: forwards it, waits until the server has answered it whole, then closes both sides without passing the answer:
 *   "applied, answer lost". Only for what goes to the server
 * - `deliver-late`: closes the client's side now and forwards the unit `delayMs` later: applied after the client has given up
 * - `stall`: forwards neither it nor anything after it, in both directions, and keeps both sides open
 * - `instead`: forwards `bytes` in its place, and nothing more up to the unit that ends what the client asks (`endsQuestion`): the
 *   server answers something else than it was asked
 */
export type TcpFault =
  | { readonly kind: 'pass' }
  | { readonly kind: 'delay'; readonly delayMs: number }
  | { readonly kind: 'cut' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'truncate'; readonly bytes: number }
  | { readonly kind: 'lose-answer' }
  | { readonly kind: 'deliver-late'; readonly delayMs: number }
  | { readonly kind: 'stall' }
  | { readonly kind: 'instead'; readonly bytes: Buffer };

/** Decides about each unit; `undefined` passes it. */
export type TcpRule = (seen: SeenUnit) => TcpFault | undefined | Promise<TcpFault | undefined>;

/** A proxy on 127.0.0.1 in front of a TCP server. */
export interface TcpProxy {
  readonly host: string;
  readonly port: number;
  /** Connections that were begun so far. */
  readonly connectionCount: number;
  /** Replaces the rule. */
  use(rule: TcpRule): void;
  /** Closes every connection that is open now; new ones are served. */
  cutAll(): void;
  /** `'refuse'`: closes every connection that is open now and every new one at once, as a server that is gone. */
  serve(mode: 'accept' | 'refuse'): void;
  stop(): Promise<void>;
}

/** One client and the connection to the server that was opened for it. */
interface Pair {
  readonly number: number;
  readonly client: Socket;
  readonly server: Socket;
  /** The answer that comes next is swallowed; the end of it closes both sides. */
  losing: boolean;
  stalled: boolean;
  /** What the client goes on to ask is swallowed: something else was asked in its place. */
  replaced: boolean;
}

/** Starts a proxy that passes everything until it is given a rule. `wire` says what a rule is asked about. */
export async function startTcpProxy(
  upstream: { readonly host: string; readonly port: number },
  wire: Wire = bytesAsTheyCome,
): Promise<TcpProxy> {
  const pairs = new Set<Pair>();
  let rule: TcpRule = () => undefined;
  let mode: 'accept' | 'refuse' = 'accept';
  let connectionCount = 0;

  const server = createServer({ allowHalfOpen: true }, (client) => {
    if (mode === 'refuse') {
      client.resetAndDestroy();
      return;
    }
    connectionCount += 1;
    const pair: Pair = {
      number: connectionCount,
      client,
      server: connectTo({ ...upstream, allowHalfOpen: true }),
      losing: false,
      stalled: false,
      replaced: false,
    };
    // A socket that breaks ends its lane below; an error that comes after that has nobody left to tell.
    for (const socket of [pair.client, pair.server]) {
      socket.on('error', () => undefined);
      // Units are written one by one; put together by the kernel, each would wait 40 ms for the last one's ACK.
      socket.setNoDelay(true);
    }
    pairs.add(pair);
    const frames = wire();
    const ask = (seen: SeenUnit) => rule(seen);
    void Promise.all([
      carry(pair, { direction: 'to-server', split: frames.toServer, ask }),
      carry(pair, { direction: 'to-client', split: frames.toClient, ask }),
    ]).finally(() => pairs.delete(pair));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const cutAll = (): void => {
    for (const pair of pairs) close(pair);
  };
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    get connectionCount() {
      return connectionCount;
    },
    use(next) {
      rule = next;
    },
    cutAll,
    serve(next) {
      mode = next;
      if (mode === 'refuse') cutAll();
    },
    stop: () =>
      new Promise((resolve) => {
        cutAll();
        server.close(() => {
          resolve();
        });
      }),
  };
}

/** Applies `fault` to the first `count` units that match. */
export function firstUnits(
  count: number,
  fault: TcpFault,
  matches: (seen: SeenUnit) => boolean,
): TcpRule {
  let left = count;
  return (seen) => {
    if (left === 0 || !matches(seen)) return undefined;
    left -= 1;
    return fault;
  };
}

/** Cuts each connection once `bytes` have passed in `direction`. */
export function cutAfter(bytes: number, direction: SeenUnit['direction']): TcpRule {
  return (seen) =>
    seen.direction === direction && seen.offset + seen.bytes.length >= bytes
      ? { kind: 'truncate', bytes: bytes - seen.offset }
      : undefined;
}

/** Forwards one direction, unit by unit and in order, until it ends or a fault ends it. */
async function carry(
  pair: Pair,
  lane: {
    readonly direction: SeenUnit['direction'];
    readonly split: (chunk: Buffer) => readonly Unit[];
    readonly ask: TcpRule;
  },
): Promise<void> {
  const toServer = lane.direction === 'to-server';
  const [from, to] = toServer ? [pair.client, pair.server] : [pair.server, pair.client];
  let offset = 0;
  try {
    for await (const chunk of from as AsyncIterable<Buffer>) {
      for (const unit of lane.split(chunk)) {
        const seen = { ...unit, connection: pair.number, direction: lane.direction, offset };
        offset += unit.bytes.length;
        if (!toServer && pair.losing) {
          if (!unit.endsAnswer) continue;
          close(pair);
          return;
        }
        if (toServer && pair.replaced && !unit.endsQuestion) continue;
        if (toServer) pair.replaced = false;
        const fault = (await lane.ask(seen)) ?? { kind: 'pass' };
        if ((await apply(fault, { pair, to, unit })) === 'ended') return;
      }
    }
    to.end();
  } catch {
    // One side broke: the other is told by closing it too, as a router that loses its state would.
    close(pair);
  }
}

async function apply(
  fault: TcpFault,
  { pair, to, unit }: { readonly pair: Pair; readonly to: Socket; readonly unit: Unit },
): Promise<'goes-on' | 'ended'> {
  // What a stalled connection reads it keeps: nothing passes, and nothing is told.
  if (pair.stalled) return 'goes-on';
  switch (fault.kind) {
    case 'pass':
      await write(to, unit.bytes);
      return 'goes-on';
    case 'delay':
      await wait(fault.delayMs);
      await write(to, unit.bytes);
      return 'goes-on';
    case 'lose-answer':
      pair.losing = true;
      await write(to, unit.bytes);
      return 'goes-on';
    case 'stall':
      pair.stalled = true;
      return 'goes-on';
    case 'instead':
      pair.replaced = !unit.endsQuestion;
      await write(to, fault.bytes);
      return 'goes-on';
    case 'truncate':
      await write(to, unit.bytes.subarray(0, fault.bytes));
      close(pair);
      return 'ended';
    case 'cut':
      close(pair);
      return 'ended';
    case 'reset':
      pair.client.resetAndDestroy();
      pair.server.destroy();
      return 'ended';
    case 'deliver-late':
      // The answer has nobody to go to; losing it keeps the server's side open until it is there.
      pair.losing = true;
      pair.client.destroy();
      await wait(fault.delayMs);
      await write(to, unit.bytes);
      return 'ended';
  }
}

function close(pair: Pair): void {
  pair.client.destroySoon();
  pair.server.destroySoon();
}

function write(socket: Socket, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(bytes, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

function wait(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}
