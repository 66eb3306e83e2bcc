import { EventEmitter } from 'node:events';
import { rm } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import type { Protocol, Session, WebContents } from 'electron';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { APP_SCHEME, serveAppProtocol } from '../../../src/main/hosts/electron/app-protocol.ts';
import { FUSES } from '../../../src/main/hosts/electron/fuses.ts';
import { confineContents, denyPermissions } from '../../../src/main/hosts/electron/security.ts';
import { consoleWindowOptions } from '../../../src/main/hosts/electron/window.ts';
import * as electron from '../../support/electron-alias/electron.ts';
import { aConsoleFolder } from '../../support/hosts/a-web-door.ts';

describe('desktop window', () => {
  test('gives its page a sandbox and no Node', () => {
    const options = consoleWindowOptions({ preload: '/preload.cjs', icon: '/icon.png' });

    expect(options.webPreferences).toEqual({
      preload: '/preload.cjs',
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
    });
  });

  test('is packaged with every fuse that would let others in blown', () => {
    expect(FUSES).toEqual({
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      grantFileProtocolExtraPrivileges: false,
    });
  });
});

describe('desktop page', () => {
  test.each([
    'https://evil.example/',
    'file:///etc/passwd',
    'app://other/',
    'app://unwind.evil.example/',
    'javascript:alert(1)',
    'about:blank',
    'no url',
  ])('is not led away to %s', (url) => {
    const contents = aConfinedPage();

    const prevented = ['will-navigate', 'will-redirect', 'will-frame-navigate'].map((name) =>
      contents.isPrevented(name, url),
    );

    expect(prevented).toEqual([true, true, true]);
  });

  test('moves among its own pages', () => {
    expect(aConfinedPage().isPrevented('will-navigate', 'app://unwind/runs')).toBe(false);
  });

  test('opens no window and holds no webview', () => {
    const contents = aConfinedPage();

    expect(contents.openWindow()).toEqual({ action: 'deny' });
    expect(contents.isPrevented('will-attach-webview', 'app://unwind/')).toBe(true);
  });

  test.each(['media', 'geolocation', 'notifications', 'clipboard-read', 'openExternal', 'hid'])(
    'is denied %s',
    (permission) => {
      const permissions = thePermissions();

      expect(permissions.request(permission, 'app://unwind/')).toBe(false);
      expect(permissions.check(permission, 'app://unwind')).toBe(false);
      expect(permissions.device()).toBe(false);
    },
  );

  test('may write to the clipboard, which its copy buttons do; a foreign page may not', () => {
    const permissions = thePermissions();

    const answers = ['app://unwind/', 'https://evil.example/'].map((origin) => [
      permissions.request('clipboard-sanitized-write', origin),
      permissions.check('clipboard-sanitized-write', origin),
    ]);

    expect(answers).toEqual([
      [true, true],
      [false, false],
    ]);
  });
});

describe('app protocol', () => {
  let folder: string;
  let handle: (request: Request) => Promise<Response>;

  beforeAll(async () => {
    folder = await aConsoleFolder();
    serveAppProtocol(
      electron.api.protocol as unknown as Protocol,
      pathToFileURL(`${folder}/console/`),
    );
    handle = electron.lastCall('protocol.handle')?.[1] as typeof handle;
  });

  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  function get(url: string, method = 'GET'): Promise<Response> {
    return handle({ url, method } as Request);
  }

  test('is a secure origin of its own', () => {
    expect(APP_SCHEME).toEqual({
      scheme: 'app',
      privileges: { standard: true, secure: true, supportFetchAPI: true },
    });
  });

  test('serves the console, which may connect to nothing', async () => {
    const page = await get('app://unwind/runs?x=1#y');

    expect(page.status).toBe(200);
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self' 'nonce-");
    expect(policy).toContain("connect-src 'none'");
    expect(await page.text()).toContain(/nonce-([^']+)/.exec(policy)?.[1]);
  });

  test('serves an asset with its type', async () => {
    const asset = await get('app://unwind/assets/app-5f2c.js');

    expect(asset.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  });

  test.each([
    ['app://unwind/../secret.txt', 404],
    ['app://unwind/%2e%2e/secret.txt', 404],
    ['app://unwind/..%5csecret.txt', 404],
    ['app://unwind/assets/..%2f..%2fsecret.txt', 404],
    ['app://other/assets/app-5f2c.js', 403],
  ])('refuses %s', async (url, status) => {
    expect((await get(url)).status).toBe(status);
  });

  test('takes nothing but GET', async () => {
    expect((await get('app://unwind/', 'POST')).status).toBe(405);
  });
});

function aConfinedPage() {
  const contents = new EventEmitter();
  let openWindow = (): unknown => 'not set';
  const setWindowOpenHandler = (handler: () => unknown) => {
    openWindow = handler;
  };
  confineContents(Object.assign(contents, { setWindowOpenHandler }) as unknown as WebContents);
  return {
    openWindow: () => openWindow(),
    isPrevented(name: string, url: string): boolean {
      let isPrevented = false;
      const preventDefault = () => {
        isPrevented = true;
      };
      contents.emit(name, { url, preventDefault });
      return isPrevented;
    },
  };
}

function thePermissions() {
  denyPermissions(electron.api.session.defaultSession as unknown as Session);
  const handlerOf = (name: string) => {
    const handler = electron.lastCall(`session.${name}`)?.[0];
    return handler as (...args: unknown[]) => unknown;
  };
  return {
    request(permission: string, url: string): unknown {
      let answer: unknown = 'none';
      const decide = (granted: boolean) => {
        answer = granted;
      };
      handlerOf('setPermissionRequestHandler')({ getURL: () => url }, permission, decide);
      return answer;
    },
    check: (permission: string, origin: string) =>
      handlerOf('setPermissionCheckHandler')(null, permission, origin),
    device: () => handlerOf('setDevicePermissionHandler')({}),
  };
}
