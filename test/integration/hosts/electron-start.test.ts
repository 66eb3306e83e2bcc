import { rm } from 'node:fs/promises';
import { join, parse } from 'node:path';
import type { MenuItemConstructorOptions } from 'electron';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { DesktopApi } from '../../../src/main/hosts/electron/desktop-api.ts';
import { startDesktopHost } from '../../../src/main/hosts/electron/start-desktop-host.ts';
import { readWindowState } from '../../../src/main/hosts/electron/window-state.ts';
import { clientOver } from '../../../src/main/hosts/engine/client.ts';
import { aWorkspaceFolder } from '../../support/browser/start-console.ts';
import * as electron from '../../support/electron-alias/electron.ts';
import { makePlan, startRun } from '../../support/hosts/console-client.ts';
import { freezeSandbox } from '../../support/hosts/freeze-sandbox.ts';

const hostUrl = new URL('../../../src/main/hosts/electron/main.ts', import.meta.url).href;
const api = electron.api as unknown as DesktopApi;

const WIDE_SCREEN = { x: 0, y: 0, width: 1920, height: 1080 };

/** The buttons of the question before quitting. */
const KEEP = 0;
const STOP = 1;

describe('desktop door', () => {
  let home: string;
  let thaw = (): void => undefined;

  beforeAll(async () => {
    home = await aWorkspaceFolder();
    electron.api.app.switches.set('home', home);
    electron.api.app.userData = home;
    startDesktopHost(api, hostUrl);
    await vi.waitFor(() => {
      expect(electron.lastCall('Menu.setApplicationMenu')).toBeDefined();
    }, 20_000);
  });

  afterAll(async () => {
    thaw();
    await rm(home, { recursive: true, force: true });
  });

  test('sandboxes every page and claims its scheme before the app is ready', () => {
    const names = electron.calls.map(({ name }) => name);

    expect(names.slice(0, 2)).toEqual([
      'app.enableSandbox',
      'protocol.registerSchemesAsPrivileged',
    ]);
  });

  test('opens the console in one window, with permissions and protocol set up before', () => {
    const names = electron.calls.map(({ name }) => name);

    expect(electron.lastCall('window.loadURL')).toEqual(['app://unwind/']);
    for (const guard of ['session.setPermissionRequestHandler', 'protocol.handle']) {
      expect(names.indexOf(guard)).toBeLessThan(names.indexOf('BrowserWindow'));
    }
    expect(electron.windows).toHaveLength(1);
  });

  test('confines every page that is ever made', () => {
    let openWindow = (): unknown => undefined;
    const contents = {
      on: () => contents,
      setWindowOpenHandler: (handler: () => unknown) => {
        openWindow = handler;
      },
    };

    electron.api.app.emit('web-contents-created', {}, contents);

    expect(openWindow()).toEqual({ action: 'deny' });
  });

  test('shows the window once its page is drawn, and again to a second instance', () => {
    electron.windows[0]?.emit('ready-to-show');
    electron.api.app.emit('second-instance', {}, ['unwind'], '/');

    const shown = electron.calls.filter(({ name }) => name.startsWith('window.')).slice(-4);
    expect(shown.map(({ name }) => name)).toEqual([
      'window.show',
      'window.restore',
      'window.show',
      'window.focus',
    ]);
  });

  test('hands its page a port to the real procedures, on a sandbox it has created', async () => {
    const client = clientOver(aPagePort());

    await vi.waitFor(async () => {
      expect(await client.sandbox.get({})).toMatchObject({ state: 'running' });
    }, 20_000);
    const { targets } = await client.target.list({});
    expect(targets).toEqual([expect.objectContaining({ name: 'sandbox', isDefault: true })]);
  });

  test('leads from the menu to a view', () => {
    const menu = electron.lastCall('Menu.setApplicationMenu')?.[0] as MenuItemConstructorOptions[];
    const go = menu.find(({ label }) => label === '&Go')?.submenu as MenuItemConstructorOptions[];

    (go.find(({ label }) => label === 'Runs')?.click as () => void)();

    expect(electron.lastCall('window.loadURL')).toEqual(['app://unwind/runs']);
  });

  test('opens a run file that the system hands to a second instance, and names one that it cannot read', async () => {
    const client = clientOver(aPagePort());
    const plan = await makePlan(client, { batchId: 'b-2024-11-03-invoices' });
    const { dir, base } = parse(plan.runFile);

    electron.api.app.emit('second-instance', {}, ['unwind', '--flag', base], dir);
    await vi.waitFor(() => {
      expect(electron.lastCall('window.loadURL')).toEqual([`app://unwind/plans/${plan.runId}`]);
    });
    electron.api.app.emit('open-file', { preventDefault: () => undefined }, '/nowhere.unwind');

    await vi.waitFor(() => {
      expect(electron.lastCall('dialog.showErrorBox')?.[0]).toContain('/nowhere.unwind');
    });
    electron.calls.length = 0;
  });

  test('shows the progress of a run beside the window, and its end where nobody looks', async () => {
    const client = clientOver(aPagePort());
    const plan = await makePlan(client, { batchId: 'b-2024-11-03-invoices' });
    await startRun(client, plan);
    thaw = await freezeSandbox(home);
    await vi.waitFor(() => {
      expect(electron.lastCall('window.setProgressBar')?.[0]).toBeGreaterThanOrEqual(0);
    }, 10_000);
    thaw();

    await vi.waitFor(() => {
      expect(electron.lastCall('Notification')?.[0]).toMatchObject({
        title: 'Unwind: the rollback on sandbox succeeded',
      });
    }, 20_000);
    expect(electron.lastCall('window.setProgressBar')).toEqual([-1]);
    electron.notices.at(-1)?.emit('click');
    expect(electron.lastCall('window.loadURL')).toEqual([`app://unwind/runs/${plan.runId}`]);
  });

  test('asks before it closes while a run is going, and stays open when told to keep it', async () => {
    const client = clientOver(aPagePort());
    await startRun(client, await makePlan(client, { full: true }));
    thaw = await freezeSandbox(home);
    electron.answers.push(KEEP);

    electron.windows[0]?.emit('close', { preventDefault: () => undefined });

    await vi.waitFor(() => {
      expect(electron.lastCall('dialog.showMessageBox')?.[0]).toMatchObject({
        message: expect.stringContaining('is going') as string,
      });
    });
    expect(electron.lastCall('app.quit')).toBeUndefined();
  });

  test('holds every way out until the run stands at a safe boundary and the engine has ended', async () => {
    const held = { preventDefault: vi.fn() };
    electron.answers.push(STOP);

    electron.api.app.emit('before-quit', held);
    thaw();

    expect(held.preventDefault).toHaveBeenCalledOnce();
    await vi.waitFor(() => {
      expect(electron.lastCall('app.quit')).toBeDefined();
    }, 20_000);
    electron.api.app.emit('before-quit', held);
    expect(held.preventDefault).toHaveBeenCalledOnce();
    expect(electron.lastCall('dialog.showErrorBox')).toBeUndefined();
    expect(readWindowState(join(home, 'window.json'), [WIDE_SCREEN])).toEqual({
      x: 10,
      y: 20,
      width: 900,
      height: 700,
      isMaximized: true,
    });
  });
});

describe('second desktop door', () => {
  test('leaves at once, to the first', () => {
    electron.calls.length = 0;
    electron.api.app.hasLock = false;

    startDesktopHost(api, hostUrl);

    expect(electron.calls).toEqual([{ name: 'app.quit', args: [] }]);
  });
});

function aPagePort() {
  let port: electron.MessagePortMain | undefined;
  const postMessage = (_channel: string, _data: null, ports: electron.MessagePortMain[]) => {
    port = ports[0];
  };
  const senderFrame = { url: 'app://unwind/', parent: null, postMessage };
  electron.api.ipcMain.emit('unwind:port', { senderFrame });
  if (port === undefined) throw new Error('the page was given no port');
  return port.port;
}
