import type { Originals } from '../../core/ports/originals.ts';

/** Stands where no place of the originals is configured: of every file the answer is that it is not known. */
export function noOriginals(): Originals {
  return {
    location: null,
    inspect: () =>
      Promise.resolve({
        state: 'unknown',
        detail: 'no place of the originals is configured (UNWIND_ORIGINALS)',
      }),
  };
}
