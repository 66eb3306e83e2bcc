/**
 * Compares two keys as S3 listings order them: by the bytes of their UTF-8 form.
 *
 * JavaScript's `<` compares UTF-16 units, which puts an emoji before U+FFFD; a merge that trusted it would report
 * objects as missing.
 */
export function compareUtf8(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}
