import { rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

// Below node_modules, so that a bundle finds the packages that cannot be bundled.
const CACHE = fileURLToPath(new URL('../../../node_modules/.cache/programs', import.meta.url));

/** A program that was bundled for this process. */
export interface BundledProgram {
  /** The script to hand to Node. */
  readonly path: string;
  /** Folder of the bundle, which nobody else writes to. */
  readonly folder: string;
  remove(): void;
}

/**
 * Bundles a program of the tests into JavaScript, as the product is: from its sources it starts three times as slowly, and Node's own
 * compiler of types takes memory that the product does not. `parts`: `'one'` file, or `'lazy'`, where what is imported when it is needed is a file of its own.
 */
export async function bundleProgram(entry: URL, parts: 'one' | 'lazy'): Promise<BundledProgram> {
  const source = fileURLToPath(entry);
  const name = basename(source, '.ts');
  const folder = join(CACHE, `${name}-${String(process.pid)}`);
  await build({
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true, external: ['better-sqlite3', 'miniflare'] },
    build: {
      ssr: source,
      outDir: folder,
      emptyOutDir: true,
      target: 'node24',
      rolldownOptions: { output: { format: 'es', codeSplitting: parts === 'lazy' } },
    },
  });
  return {
    path: join(folder, `${name}.js`),
    folder,
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
