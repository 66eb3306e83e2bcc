import { spawn } from 'node:child_process';

/** Opens `url` in the system's browser. Returns a line for the operator when that could not be done; never throws. */
export async function openBrowser(url: string): Promise<string | undefined> {
  const [command, ...args] = openerOf(process.platform, url);
  if (command === undefined || !hasDisplay()) return 'No display here: open the URL yourself.';
  const outcome = Promise.withResolvers<string | undefined>();
  const child = spawn(command, args, { stdio: 'ignore', detached: true });
  child.once('error', () => {
    outcome.resolve(`No browser could be started (${command}): open the URL yourself.`);
  });
  child.once('exit', (code) => {
    outcome.resolve(
      code === 0 ? undefined : `${command} could not open a browser: open the URL yourself.`,
    );
  });
  child.unref();
  return outcome.promise;
}

/** The command that opens a URL, as an argv array: no shell reads it. */
export function openerOf(platform: NodeJS.Platform, url: string): readonly string[] {
  if (platform === 'darwin') return ['open', url];
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler', url];
  return ['xdg-open', url];
}

function hasDisplay(): boolean {
  if (process.platform === 'darwin' || process.platform === 'win32') return true;
  return process.env['DISPLAY'] !== undefined || process.env['WAYLAND_DISPLAY'] !== undefined;
}
