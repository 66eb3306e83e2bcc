import type { ObjectFacts } from '../../../shared/domain/plan.ts';

/** Facts of an object as an answer carries them; `undefined` where it lacks one that is needed. */
export function toObjectFacts(
  key: string,
  answer: {
    readonly sizeBytes: number | undefined;
    readonly etag: string | undefined;
    readonly lastModified: Date | undefined;
  },
): ObjectFacts | undefined {
  const { sizeBytes, etag, lastModified } = answer;
  if (sizeBytes === undefined || etag === undefined || lastModified === undefined) return undefined;
  return {
    key,
    sizeBytes,
    etag: bareEtag(etag),
    lastModified: wholeSecond(lastModified).toISOString(),
  };
}

/** An ETag without quotes and without the mark that a body was re-encoded on the way (`W/`). */
export function bareEtag(etag: string): string {
  return etag.replace(/^W\//, '').replaceAll('"', '');
}

// A listing gives milliseconds, a HEAD whole seconds. Both are cut to seconds: otherwise a plan made by listing and
// checked by HEAD would see every object as changed.
function wholeSecond(time: Date): Date {
  return new Date(Math.floor(time.getTime() / 1000) * 1000);
}
