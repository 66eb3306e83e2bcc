import { resolve } from 'node:path';
import type { BrowserWindow } from 'electron';
import type { UnwindClient } from '../engine/client.ts';
import { fromCall } from '../engine/client.ts';
import { APP_ORIGIN } from './app-protocol.ts';
import type { DesktopApi } from './desktop-api.ts';

/** Ending of a run file, by which the system hands one to Unwind. */
const RUN_FILE = '.unwind';

/** The run file that a command line names; the first word is the program. `undefined`: none. */
export function runFileIn(words: readonly string[], cwd: string): string | undefined {
  const word = words.slice(1).find((one) => !one.startsWith('-') && one.endsWith(RUN_FILE));
  return word === undefined ? undefined : resolve(cwd, word);
}

/** Shows a run file in the window. One that cannot be read is named in a dialog; the window stays where it is. */
export async function showRunFile(
  parts: {
    readonly api: DesktopApi;
    readonly client: UnwindClient;
    readonly window: BrowserWindow;
  },
  path: string,
): Promise<void> {
  try {
    const { runId, state } = await parts.client.run.openFile({ path });
    await parts.window.loadURL(
      `${APP_ORIGIN}${state === 'planned' ? '/plans/' : '/runs/'}${runId}`,
    );
  } catch (error) {
    const known = fromCall(error);
    parts.api.dialog.showErrorBox(known.message, known.hint);
  }
}
