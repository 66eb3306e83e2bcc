import type { MessagePort } from 'node:worker_threads';
import type { IpcMainEvent, WebFrameMain } from 'electron';
import { isOwnUrl } from './app-protocol.ts';
import { bridgePorts } from './bridge-ports.ts';
import type { DesktopApi } from './desktop-api.ts';

/** The one channel between page and main process: the page asks for a port and gets one, by the same name. */
const PORT_CHANNEL = 'unwind:port';

/** Answers each request for a port with a new connection to the engine. */
export function servePorts(
  api: Pick<DesktopApi, 'ipcMain' | 'MessageChannelMain'>,
  connect: () => MessagePort,
): void {
  api.ipcMain.on(PORT_CHANNEL, (event: IpcMainEvent) => {
    const frame = event.senderFrame;
    if (!isOwnPage(frame)) return;
    const { port1, port2 } = new api.MessageChannelMain();
    bridgePorts(port1, connect());
    frame.postMessage(PORT_CHANNEL, null, [port2]);
  });
}

/** A frame inside the page, or a page from elsewhere, gets no answer. */
function isOwnPage(frame: WebFrameMain | null): frame is WebFrameMain {
  return frame !== null && frame.parent === null && isOwnUrl(frame.url);
}
