import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

const fromRoot = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  main: {
    // crash-points.ts: a build does not kill itself on demand.
    define: { UNWIND_IS_BUNDLED: 'true' },
    build: {
      // Packages in `dependencies` stay imports: better-sqlite3 and miniflare find their binaries beside themselves.
      externalizeDeps: true,
      rolldownOptions: {
        input: {
          electron: fromRoot('src/main/hosts/electron/main.ts'),
          web: fromRoot('src/main/hosts/web/main.ts'),
          cli: fromRoot('src/main/hosts/cli/main.ts'),
          engine: fromRoot('src/main/hosts/engine/main.ts'),
          sandbox: fromRoot('src/main/hosts/sandbox/main.ts'),
        },
        output: {
          format: 'es',
          entryFileNames: '[name].js',
          chunkFileNames: 'chunks/[name]-[hash].js',
        },
      },
    },
  },
  preload: {
    build: {
      // A sandboxed preload can require nothing but electron: whatever it imports is bundled.
      externalizeDeps: false,
      rolldownOptions: {
        input: fromRoot('src/preload/index.ts'),
        output: { format: 'cjs', entryFileNames: 'index.cjs' },
      },
    },
  },
  renderer: {
    root: fromRoot('src/renderer'),
    plugins: [
      react(),
      {
        // electron-vite makes asset paths relative; both doors serve from the root of an origin, where only
        // absolute paths survive a reload on a nested page.
        name: 'unwind:absolute-base',
        config: () => ({ base: '/' }),
      },
    ],
    build: {
      minify: true,
      // The page's CSP allows no data: scripts or fonts.
      assetsInlineLimit: 0,
      rolldownOptions: { input: fromRoot('src/renderer/index.html') },
    },
  },
});
