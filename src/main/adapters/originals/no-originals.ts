import type { Originals } from '../../core/ports/originals.ts';

/** Stands where no place of the originals is configured: of every file the answer is that it is not known. */
export function noOriginals(): Originals {
  return {
    location: null,
    diagnose: () =>
      Promise.resolve([
        {
          name: 'originals.configured',
          title: 'Originals are configured',
          state: 'warning',
          finding: 'No place of the originals is configured.',
          fix: 'Set UNWIND_ORIGINALS to the folder or the http(s) base that source_path is resolved under.',
        },
      ]),
    inspect: () =>
      Promise.resolve({
        state: 'unknown',
        detail: 'no place of the originals is configured (UNWIND_ORIGINALS)',
      }),
  };
}
