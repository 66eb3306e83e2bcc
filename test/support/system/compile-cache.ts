import { fileURLToPath } from 'node:url';

/** What a child process from source is given, so that Node strips and compiles each module once for all of them and not once for each. */
export const COMPILE_CACHE = {
  NODE_COMPILE_CACHE: fileURLToPath(
    new URL('../../../node_modules/.cache/compiled', import.meta.url),
  ),
} as const;
