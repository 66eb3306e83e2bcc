import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A new empty folder that goes when the test ends. */
export function aTempFolder(): string {
  const path = makeTempFolder();
  onTestFinished(() => {
    removeTempFolder(path);
  });
  return path;
}

/** A new empty folder that the caller removes; for what lives as long as a test file. */
export function makeTempFolder(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), 'unwind-d1-')));
}

export function removeTempFolder(path: string): void {
  rmSync(path, { recursive: true, force: true });
}
