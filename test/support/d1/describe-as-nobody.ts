import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { WireError } from '../../../src/shared/domain/operator-error.ts';

/** What a process without any privilege finds in the D1 file at `path`. Root, whom no permission stops, steps down first. */
export async function describeAsNobody(
  path: string,
): Promise<{ readonly recordCount?: number; readonly error?: WireError }> {
  const script = fileURLToPath(new URL('./describe-child.ts', import.meta.url));
  const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const { stdout } = await promisify(execFile)(process.execPath, [script, path], nobody);
  return JSON.parse(stdout) as Awaited<ReturnType<typeof describeAsNobody>>;
}
