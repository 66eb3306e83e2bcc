import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  MessageChannelMain,
  Notification,
  protocol,
  screen,
  session,
  shell,
} from 'electron';
import { startDesktopHost } from './start-desktop-host.ts';

startDesktopHost(
  {
    app,
    BrowserWindow,
    dialog,
    ipcMain,
    Menu,
    MessageChannelMain,
    Notification,
    protocol,
    screen,
    session,
    shell,
  },
  import.meta.url,
);
