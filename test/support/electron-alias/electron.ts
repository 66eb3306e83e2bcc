import { EventEmitter } from 'node:events';
import { MessageChannel, type MessagePort } from 'node:worker_threads';

// Stands in for the `electron` module where its binary does not run. It records what the desktop door sets up and
// does nothing of its own: only wiring is tested with it. Message ports are real ones of worker_threads.

/** Everything the desktop door did, in order. */
export const calls: { readonly name: string; readonly args: readonly unknown[] }[] = [];

function record(name: string) {
  return (...args: unknown[]): undefined => {
    calls.push({ name, args });
  };
}

/** The arguments of the last call of that name. */
export function lastCall(name: string): readonly unknown[] | undefined {
  return calls.findLast((call) => call.name === name)?.args;
}

class App extends EventEmitter {
  readonly commandLine = {
    hasSwitch: (name: string) => this.switches.has(name),
    getSwitchValue: (name: string) => this.switches.get(name) ?? '',
  };
  readonly switches = new Map<string, string>();
  hasLock = true;
  requestSingleInstanceLock(): boolean {
    return this.hasLock;
  }
  readonly quit = record('app.quit');
  readonly exit = record('app.exit');
  readonly enableSandbox = record('app.enableSandbox');
  userData = '';
  getPath(): string {
    return this.userData;
  }
  whenReady(): Promise<void> {
    return Promise.resolve();
  }
}

const app = new App();

class BrowserWindow extends EventEmitter {
  readonly loadURL = (url: string): Promise<void> => {
    record('window.loadURL')(url);
    return Promise.resolve();
  };
  readonly show = record('window.show');
  readonly focus = record('window.focus');
  readonly restore = record('window.restore');
  readonly maximize = record('window.maximize');
  readonly setProgressBar = record('window.setProgressBar');
  getNormalBounds() {
    return { x: 10, y: 20, width: 900, height: 700 };
  }
  isMaximized(): boolean {
    return true;
  }
  isFocused(): boolean {
    return false;
  }
  isMinimized(): boolean {
    return true;
  }
  constructor(options: unknown) {
    super();
    record('BrowserWindow')(options);
    windows.push(this);
  }
}

/** Every window that was opened. */
export const windows: BrowserWindow[] = [];

/** What the operator answers in the next dialog. */
export const answers: number[] = [];

const dialog = {
  showErrorBox: record('dialog.showErrorBox'),
  showMessageBox(_window: unknown, options: unknown): Promise<{ response: number }> {
    record('dialog.showMessageBox')(options);
    return Promise.resolve({ response: answers.shift() ?? 0 });
  },
};

class Notification extends EventEmitter {
  readonly show = record('notification.show');
  constructor(options: unknown) {
    super();
    record('Notification')(options);
    notices.push(this);
  }
}

/** Every notification that was made. */
export const notices: Notification[] = [];

const screen = {
  getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }],
};

const ipcMain = new EventEmitter();

const Menu = {
  buildFromTemplate: (template: unknown) => template,
  setApplicationMenu: record('Menu.setApplicationMenu'),
};

/** The face that MessagePortMain puts on a port: messages come as events with `data`. */
export class MessagePortMain extends EventEmitter {
  readonly port: MessagePort;
  constructor(port: MessagePort) {
    super();
    this.port = port;
    port.on('close', () => this.emit('close'));
  }
  start(): void {
    this.port.on('message', (data: unknown) => this.emit('message', { data, ports: [] }));
  }
  postMessage(data: unknown): void {
    this.port.postMessage(data);
  }
  close(): void {
    this.port.close();
  }
}

class MessageChannelMain {
  readonly port1: MessagePortMain;
  readonly port2: MessagePortMain;
  constructor() {
    const channel = new MessageChannel();
    this.port1 = new MessagePortMain(channel.port1);
    this.port2 = new MessagePortMain(channel.port2);
  }
}

const protocol = {
  registerSchemesAsPrivileged: record('protocol.registerSchemesAsPrivileged'),
  handle: record('protocol.handle'),
};

const session = {
  defaultSession: {
    setPermissionRequestHandler: record('session.setPermissionRequestHandler'),
    setPermissionCheckHandler: record('session.setPermissionCheckHandler'),
    setDevicePermissionHandler: record('session.setDevicePermissionHandler'),
  },
};

const shell = { openPath: record('shell.openPath') };

/** What the desktop door is given in place of the module. */
export const api = {
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
};
