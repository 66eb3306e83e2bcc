import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A new empty folder that goes when the test ends. */
export function aFolder(): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'unwind-test-')));
  onTestFinished(() => {
    rmSync(path, { recursive: true, force: true });
  });
  return path;
}
