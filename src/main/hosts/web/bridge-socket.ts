import type { MessagePort } from 'node:worker_threads';
import type { RawData, WebSocket } from 'ws';

/** Bytes that may wait for a page that does not read. Beyond it the page is cut off; it re-reads when it comes back. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;

/** Forwards raw frames both ways until one side closes. Decodes nothing: the engine does. */
export function bridgeSocket(socket: WebSocket, port: MessagePort): void {
  socket.on('message', (data, isBinary) => {
    port.postMessage(isBinary ? toArrayBuffer(data) : toBuffer(data).toString('utf8'));
  });
  port.on('message', (frame: string | ArrayBuffer) => {
    if (socket.bufferedAmount > MAX_WAITING_BYTES) socket.terminate();
    else if (socket.readyState === socket.OPEN) socket.send(frame);
  });
  socket.on('close', () => {
    port.close();
  });
  port.on('close', () => {
    socket.close(1001);
  });
  // A broken connection also closes; without a listener the error would end the process.
  socket.on('error', () => {
    socket.terminate();
  });
}

function toBuffer(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? Buffer.from(data) : data;
}

function toArrayBuffer(data: RawData): ArrayBuffer {
  return new Uint8Array(toBuffer(data)).buffer;
}
