import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  MessageChannelMain,
  protocol,
  session,
  shell,
} from 'electron';
import { startDesktopHost } from './start-desktop-host.ts';

startDesktopHost(
  { app, BrowserWindow, dialog, ipcMain, Menu, MessageChannelMain, protocol, session, shell },
  import.meta.url,
);
