import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Check } from '../../../src/shared/domain/check.ts';

/** What a process without any privilege finds wrong with the D1 file at `path`. Root, whom no permission stops, steps down first. */
export async function diagnoseAsNobody(path: string): Promise<readonly Check[]> {
  const script = fileURLToPath(new URL('./diagnose-child.ts', import.meta.url));
  const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const { stdout } = await promisify(execFile)(process.execPath, [script, path], nobody);
  return JSON.parse(stdout) as readonly Check[];
}
