import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { DesktopApi } from '../../../src/main/hosts/electron/desktop-api.ts';
import { servePorts } from '../../../src/main/hosts/electron/port-channel.ts';
import type { Engine } from '../../../src/main/hosts/engine/engine.ts';
import * as electron from '../../support/electron-alias/electron.ts';
import {
  allOf,
  aTinyEngine,
  type TinyClient,
  tinyClientOver,
} from '../../support/hosts/a-tiny-engine.ts';

describe('desktop port', () => {
  let engine: Engine;

  beforeAll(async () => {
    engine = await aTinyEngine();
    servePorts(electron.api as unknown as DesktopApi, () => engine.connect());
  });

  afterEach(() => {
    handedOver.length = 0;
  });

  afterAll(async () => {
    await engine.close();
  });

  test('carries calls and streams of the page to the engine, exactly as a direct connection does', async () => {
    const page = aPage();
    const direct = tinyClientOver(engine.connect());

    expect(await page.client.square({ value: 9 })).toBe(81);
    expect(await allOf(await page.client.count({ to: 100 }))).toEqual(
      await allOf(await direct.count({ to: 100 })),
    );
    page.port.close();
  });

  test('ends the streams of a page that went away', async () => {
    const page = aPage();
    const watcher = tinyClientOver(engine.connect());
    const stream = await page.client.count({ to: 1e9 });
    await stream.next();

    page.port.close();

    await vi.waitFor(async () => {
      expect(await watcher.openStreams({})).toBe(0);
    });
  });

  test('gives every request a connection of its own', async () => {
    const [one, two] = [aPage(), aPage()];

    one.port.close();

    expect(await two.client.square({ value: 2 })).toBe(4);
    two.port.close();
  });

  test.each([
    ['a foreign page', { url: 'https://evil.example/', parent: null }],
    ['a page of another app host', { url: 'app://other/', parent: null }],
    ['a frame inside the page', { url: 'app://unwind/', parent: {} }],
  ])('gives %s no port', (_what, frame) => {
    request(frame);

    expect(handedOver).toEqual([]);
  });

  test('gives a frame that is gone no port', () => {
    electron.api.ipcMain.emit('unwind:port', { senderFrame: null });

    expect(handedOver).toEqual([]);
  });

  test('cuts off a page that posts what is not a frame', async () => {
    const page = aPage();
    const closed = new Promise((resolve) => page.port.once('close', resolve));

    page.port.postMessage({ not: 'a frame' });

    await closed;
  });
});

const handedOver: electron.MessagePortMain[] = [];

/** Asks for a port as a frame of that shape would; what it gets is in `handedOver`. */
function request(frame: { url: string; parent: unknown }): void {
  const postMessage = (_channel: string, _data: null, ports: electron.MessagePortMain[]) => {
    handedOver.push(...ports);
  };
  electron.api.ipcMain.emit('unwind:port', { senderFrame: { ...frame, postMessage } });
}

function aPage(): { port: electron.MessagePortMain['port']; client: TinyClient } {
  request({ url: 'app://unwind/runs', parent: null });
  const port = handedOver.pop()?.port;
  if (port === undefined) throw new Error('the page was given no port');
  return { port, client: tinyClientOver(port) };
}
