import type { Session, WebContents } from 'electron';
import { isOwnUrl } from './app-protocol.ts';

/** Writing to the clipboard is what copy buttons do; a page gets nothing else, and nobody is asked. */
const GRANTED = 'clipboard-sanitized-write';

/** Denies every permission a page could ask for, devices included. */
export function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((contents, permission, decide) => {
    decide(permission === GRANTED && isOwnUrl(contents.getURL()));
  });
  session.setPermissionCheckHandler(
    (_contents, permission, origin) => permission === GRANTED && isOwnUrl(origin),
  );
  session.setDevicePermissionHandler(() => false);
}

/** Keeps a page where it is: no other origin, no new window, no webview. */
export function confineContents(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.on('will-navigate', stayHere);
  contents.on('will-redirect', stayHere);
  contents.on('will-frame-navigate', stayHere);
  contents.on('will-attach-webview', (event) => {
    event.preventDefault();
  });
}

function stayHere(event: { readonly url: string; preventDefault(): void }): void {
  if (!isOwnUrl(event.url)) event.preventDefault();
}
