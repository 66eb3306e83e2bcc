import type * as electron from 'electron';

/** The part of Electron that the desktop door uses. Only main.ts imports the real one. */
export type DesktopApi = Pick<
  typeof electron,
  | 'app'
  | 'BrowserWindow'
  | 'dialog'
  | 'ipcMain'
  | 'Menu'
  | 'MessageChannelMain'
  | 'Notification'
  | 'protocol'
  | 'screen'
  | 'session'
  | 'shell'
>;
