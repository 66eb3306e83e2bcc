import type { BrowserWindowConstructorOptions, Rectangle } from 'electron';

/** Options of the one window. Every hardening is written out, so that a changed default changes nothing. */
export function consoleWindowOptions(
  files: { readonly preload: string; readonly icon: string },
  /** Where it was last; left out: the system chooses. */
  place?: Rectangle,
): BrowserWindowConstructorOptions {
  return {
    title: 'Unwind',
    width: place?.width ?? 1360,
    height: place?.height ?? 880,
    ...(place === undefined ? {} : { x: place.x, y: place.y }),
    minWidth: 900,
    minHeight: 600,
    // Shown once the first page is drawn: no white flash in a dark room.
    show: false,
    backgroundColor: '#1a1b1e',
    icon: files.icon,
    webPreferences: {
      preload: files.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    },
  };
}
