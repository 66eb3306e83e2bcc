import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BrowserWindow } from 'electron';
import { toOperatorError } from '../../../shared/domain/operator-error.ts';
import { clientOver, fromCall } from '../engine/client.ts';
import { closeEngine } from '../engine/close-engine.ts';
import { type Engine, startEngine } from '../engine/engine.ts';
import { ensureSandbox } from '../engine/ensure-sandbox.ts';
import { hostEntry, rendererFolder } from '../engine/entries.ts';
import type { EngineOptions } from '../engine/protocol.ts';
import { APP_ORIGIN, APP_SCHEME, serveAppProtocol } from './app-protocol.ts';
import { isStop, quitQuestion } from './ask-to-quit.ts';
import type { DesktopApi } from './desktop-api.ts';
import { followRuns } from './follow-runs.ts';
import { consoleMenu } from './menu.ts';
import { runFileIn, showRunFile } from './opened-file.ts';
import { servePorts } from './port-channel.ts';
import { runEndNotice } from './run-end-notice.ts';
import { confineContents, denyPermissions } from './security.ts';
import { consoleWindowOptions } from './window.ts';
import { keepWindowState, readWindowState } from './window-state.ts';

/**
 * Starts the desktop door.
 *
 * Not awaited by the entry: Electron is not ready before its entry module is evaluated, so a wait for it there would never end.
 */
export function startDesktopHost(api: DesktopApi, hostUrl: string): void {
  const { app } = api;
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  app.enableSandbox();
  api.protocol.registerSchemesAsPrivileged([APP_SCHEME]);
  app.on('web-contents-created', (_event, contents) => {
    confineContents(contents);
  });
  // macOS says it before the app is ready, the other systems on the command line.
  let asked = runFileIn(process.argv, process.cwd());
  app.on('open-file', (event, path) => {
    event.preventDefault();
    asked = path;
  });
  void app
    .whenReady()
    .then(() => openDesktop(api, hostUrl, () => asked))
    .catch((error: unknown) => {
      fail(api, error);
    });
}

async function openDesktop(
  api: DesktopApi,
  hostUrl: string,
  askedFor: () => string | undefined,
): Promise<void> {
  denyPermissions(api.session.defaultSession);
  serveAppProtocol(api.protocol, rendererFolder(hostUrl));
  const engine = await startEngine({
    entry: hostEntry(hostUrl, 'engine'),
    options: {
      door: 'desktop',
      env: process.env,
      cwd: process.cwd(),
      ...commandLine(api),
      sandboxEntry: hostEntry(hostUrl, 'sandbox').href,
      sandboxOwnerPid: process.pid,
    },
  });
  engine.onExit((error) => {
    fail(api, error);
  });
  servePorts(api, () => engine.connect());
  const client = clientOver(engine.connect());
  const stateFile = join(api.app.getPath('userData'), 'window.json');
  const window = openWindow(api, { hostUrl, stateFile });
  const show = (path: string) => void window.loadURL(`${APP_ORIGIN}${path}`);
  const openFile = (path: string) => void showRunFile({ api, client, window }, path);
  const asked = askedFor();
  if (asked !== undefined) openFile(asked);
  api.app.on('open-file', (_event, path) => {
    openFile(path);
  });
  api.app.on('second-instance', (_event, words, cwd) => {
    bringToFront(window);
    const path = runFileIn(words, cwd);
    if (path !== undefined) openFile(path);
  });
  const stopFollowing = followRuns(
    { engine, client },
    {
      onProgress: (fraction) => {
        // Below 0 there is no bar.
        window.setProgressBar(fraction ?? -1);
      },
      onEnd: (run) => {
        if (window.isFocused()) return;
        const notice = new api.Notification(runEndNotice(run));
        notice.on('click', () => {
          bringToFront(window);
          show(`/runs/${run.runId}`);
        });
        notice.show();
      },
    },
  );
  const sandbox = ensureSandbox(client, () => undefined).catch((error: unknown) => {
    const known = fromCall(error);
    if (known.code === 'INTERNAL') throw known;
    // The sandbox page shows the same error and can try again; the rest of the console is not held up by it.
    return 'not-needed' as const;
  });
  const close = async (runIds: readonly string[]) => {
    stopFollowing();
    keepWindowState(stateFile, window);
    return closeEngine({ engine, client, runIds, sandbox: await sandbox, say: () => undefined });
  };
  const quit = quitOnce({ api, window, engine, close });
  api.Menu.setApplicationMenu(
    api.Menu.buildFromTemplate(
      consoleMenu(process.platform, {
        show,
        openWorkspace: () => void api.shell.openPath(engine.workspacePath),
        quit,
      }),
    ),
  );
  await sandbox;
}

function openWindow(
  api: DesktopApi,
  files: { readonly hostUrl: string; readonly stateFile: string },
): BrowserWindow {
  const screens = api.screen.getAllDisplays().map(({ workArea }) => workArea);
  const state = readWindowState(files.stateFile, screens);
  const window = new api.BrowserWindow(
    consoleWindowOptions(
      {
        preload: fileURLToPath(new URL('../preload/index.cjs', files.hostUrl)),
        icon: fileURLToPath(new URL('../../resources/icon.png', files.hostUrl)),
      },
      state,
    ),
  );
  window.once('ready-to-show', () => {
    if (state?.isMaximized === true) window.maximize();
    window.show();
  });
  void window.loadURL(`${APP_ORIGIN}/`);
  return window;
}

function bringToFront(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

/** Makes every way out (menu, window, system) lead through one question and one orderly end. Returns that way. */
function quitOnce(leaving: {
  readonly api: DesktopApi;
  readonly window: BrowserWindow;
  readonly engine: Engine;
  readonly close: (runIds: readonly string[]) => Promise<unknown>;
}): () => void {
  const { api, window, engine, close } = leaving;
  let state: 'open' | 'asking' | 'closed' = 'open';
  const leave = async () => {
    const runIds = await engine.activeRunIds();
    if (runIds.length > 0) {
      const answer = await api.dialog.showMessageBox(window, quitQuestion(runIds));
      if (!isStop(answer)) {
        state = 'open';
        return;
      }
    }
    await close(runIds);
    state = 'closed';
    api.app.quit();
  };
  const quit = () => {
    if (state !== 'open') return;
    state = 'asking';
    leave().catch((error: unknown) => {
      fail(api, error);
    });
  };
  const hold = (event: { preventDefault(): void }) => {
    if (state === 'closed') return;
    event.preventDefault();
    quit();
  };
  window.on('close', hold);
  api.app.on('before-quit', hold);
  return quit;
}

function fail(api: DesktopApi, error: unknown): void {
  const known = toOperatorError(error);
  api.dialog.showErrorBox(known.message, known.hint);
  api.app.exit(known.exitCode);
}

/** The same switches as the other doors have: `--home`, `--target` and `--config`. */
function commandLine(api: DesktopApi): Pick<EngineOptions, 'flags' | 'configFile'> {
  const home = switchValue(api, 'home');
  const target = switchValue(api, 'target');
  const configFile = switchValue(api, 'config');
  return {
    flags: {
      ...(home === undefined ? {} : { UNWIND_HOME: home }),
      ...(target === undefined ? {} : { target }),
    },
    ...(configFile === undefined ? {} : { configFile }),
  };
}

function switchValue(api: DesktopApi, name: string): string | undefined {
  const { commandLine } = api.app;
  return commandLine.hasSwitch(name) ? commandLine.getSwitchValue(name) : undefined;
}
