import { existsSync, globSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = new URL('../../../', import.meta.url);

/** The web host to start: the built one when it is newer than its sources, else the sources themselves. */
export function webHostEntry(): string {
  const built = fileURLToPath(new URL('out/main/web.js', ROOT));
  const sources = ['src/main/**/*.ts', 'src/shared/**/*.ts'];
  if (isNewer(built, sources)) return built;
  return fileURLToPath(new URL('src/main/hosts/web/main.ts', ROOT));
}

/** Throws where the pages are older than their sources: a test of them would prove nothing. */
export function requireBuiltPages(): void {
  const built = fileURLToPath(new URL('out/renderer/index.html', ROOT));
  if (isNewer(built, ['src/renderer/**/*', 'src/shared/**/*.ts'])) return;
  throw new Error('The pages in out/renderer are missing or stale: run `npm run build`.');
}

function isNewer(built: string, sources: readonly string[]): boolean {
  if (!existsSync(built)) return false;
  const builtAtMs = statSync(built).mtimeMs;
  return globSync(sources, { cwd: ROOT })
    .map((file) => statSync(new URL(file, ROOT)).mtimeMs)
    .every((changedAtMs) => changedAtMs <= builtAtMs);
}
