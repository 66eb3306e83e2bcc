import { createInterface } from 'node:readline/promises';

/** Prints a line for the operator. Standard output is kept for the URL. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Whether somebody can be asked. */
export function hasTerminal(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY;
}

/** Asks a yes-or-no question; anything but yes is no. An abort ends the question and counts as no. */
export async function ask(question: string, signal: AbortSignal): Promise<boolean> {
  // `terminal: false` leaves Ctrl-C to the system, as a signal: a raw terminal would swallow the second one.
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  try {
    return /^y(es)?$/i.test((await lines.question(question, { signal })).trim());
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  } finally {
    lines.close();
  }
}
