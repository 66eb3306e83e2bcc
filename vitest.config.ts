import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/bench/**', 'node_modules/**'],
    // Ends what hangs. Long enough for a machine that does other work as well: the slowest tests take a third of it.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    // On two cores vitest would take one: much of the work is waiting for a disk, a server, or a browser.
    maxWorkers: 2,
  },
});
