import { RPCLink } from '@orpc/client/message-port';
import type { Channel } from './channel.ts';

/** What the preload script of the desktop window offers; absent in a browser. */
interface DesktopBridge {
  requestPort(): void;
  /** The path of a file that was dropped on the page; empty where it lies nowhere. */
  pathOf(file: File): string;
}

declare global {
  interface Window {
    readonly unwindDesktop?: DesktopBridge;
  }
}

const ANSWER_TIMEOUT_MS = 5_000;

/** Asks the preload script for a MessagePort to the router and opens it. */
export async function openMessagePortChannel(bridge: DesktopBridge): Promise<Channel> {
  const port = await receivePort(bridge);
  const closed = new Promise<void>((resolve) => {
    port.addEventListener('close', () => {
      resolve();
    });
  });
  const link = new RPCLink({ port });
  port.start();
  return {
    link,
    closed,
    close: () => {
      port.close();
    },
  };
}

function receivePort(bridge: DesktopBridge): Promise<MessagePort> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      window.removeEventListener('message', receive);
      reject(new Error('The desktop process did not hand over a port.'));
    }, ANSWER_TIMEOUT_MS);
    function receive(event: MessageEvent<unknown>) {
      const [port] = event.ports;
      // Only this window's own preload may hand over a port; a message from elsewhere is not ours.
      if (event.source !== window || port === undefined || !isPortMessage(event.data)) return;
      clearTimeout(timer);
      window.removeEventListener('message', receive);
      resolve(port);
    }
    window.addEventListener('message', receive);
    bridge.requestPort();
  });
}

function isPortMessage(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'kind' in data && data.kind === 'unwind-port';
}
