import type { MessagePort } from 'node:worker_threads';
import type { MessagePortMain } from 'electron';

/** Forwards raw frames both ways between a page's port and the engine's until one side closes. Decodes nothing. */
export function bridgePorts(page: MessagePortMain, engine: MessagePort): void {
  page.on('message', (event: { readonly data: unknown }) => {
    engine.postMessage(event.data);
  });
  engine.on('message', (frame: string | ArrayBuffer) => {
    page.postMessage(frame);
  });
  page.on('close', () => {
    engine.close();
  });
  engine.on('close', () => {
    page.close();
  });
  page.start();
}
