import { RPCLink } from '@orpc/client/websocket';
import type { Channel } from './channel.ts';

/** Opens a WebSocket to `/rpc` of the page's own origin. The session is a cookie: no token is in the page. */
export async function openWebSocketChannel(): Promise<Channel> {
  const address = new URL('/rpc', window.location.href);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  const socket = new WebSocket(address);
  socket.binaryType = 'arraybuffer';
  const closed = new Promise<void>((resolve) => {
    socket.addEventListener('close', () => {
      resolve();
    });
  });
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => {
      resolve();
    });
    socket.addEventListener('close', () => {
      reject(new Error('The WebSocket closed before it opened.'));
    });
  });
  return {
    link: new RPCLink({ websocket: socket }),
    closed,
    close: () => {
      socket.close();
    },
  };
}
