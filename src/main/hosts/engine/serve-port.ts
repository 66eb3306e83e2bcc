import type { MessagePort } from 'node:worker_threads';
import type { Context } from '@orpc/server';
import type { MinimalWebsocket, RPCHandler } from '@orpc/server/websocket';

/**
 * Serves procedures on one port until the port closes.
 *
 * The library's own message-port handler leaves the promise of each message to nobody, so that a frame which is not
 * valid would end the whole engine. Its websocket handler reads the same frames and hands that promise out.
 */
export function servePort(handler: RPCHandler<Context>, port: MessagePort): void {
  const peer: MinimalWebsocket = {
    addEventListener: () => undefined,
    send: (frame) => {
      port.postMessage(frame);
    },
  };
  port.on('message', (frame: string | ArrayBuffer) => {
    // A page that sends what is not a frame is not our page: its connection ends, the others go on.
    handler.message(peer, frame).catch(() => {
      port.close();
    });
  });
  port.on('close', () => {
    handler.close(peer);
  });
}
