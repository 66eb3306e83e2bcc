import { readFileSync, writeFileSync } from 'node:fs';
import type { BrowserWindow, Rectangle } from 'electron';
import { z } from 'zod';

const WindowState = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().min(1),
  height: z.number().int().min(1),
  isMaximized: z.boolean(),
});
type WindowState = z.infer<typeof WindowState>;

/** Part of a window that must be on a screen, in pixels: enough to take hold of it. */
const LEAST_SEEN = 100;

/**
 * Where the window was when it was closed last; `undefined` where nothing was kept, it cannot be read, or no screen shows that place any
 * more.
 */
export function readWindowState(
  path: string,
  screens: readonly Rectangle[],
): WindowState | undefined {
  try {
    const state = WindowState.parse(JSON.parse(readFileSync(path, 'utf8')));
    return screens.some((screen) => isSeen(state, screen)) ? state : undefined;
  } catch {
    // A place on the screen is no data: without it the window opens where the system puts it.
    return undefined;
  }
}

/** Keeps where the window is now, for the next start. */
export function keepWindowState(path: string, window: BrowserWindow): void {
  const state: WindowState = { ...window.getNormalBounds(), isMaximized: window.isMaximized() };
  try {
    writeFileSync(path, JSON.stringify(state));
  } catch {
    // As above: quitting is not held up by it.
  }
}

function isSeen(window: Rectangle, screen: Rectangle): boolean {
  const overlap = (from: number, length: number, start: number, extent: number) =>
    Math.min(from + length, start + extent) - Math.max(from, start);
  return (
    overlap(window.x, window.width, screen.x, screen.width) >= LEAST_SEEN &&
    overlap(window.y, window.height, screen.y, screen.height) >= LEAST_SEEN
  );
}
