import type { BrowserWindowConstructorOptions } from 'electron';

/** Options of the one window. Every hardening is written out, so that a changed default changes nothing. */
export function consoleWindowOptions(files: {
  readonly preload: string;
  readonly icon: string;
}): BrowserWindowConstructorOptions {
  return {
    title: 'Unwind',
    width: 1360,
    height: 880,
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
