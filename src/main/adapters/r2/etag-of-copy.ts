import type { CallInit, R2Connection } from './connect-r2.ts';
import { r2Error } from './errors.ts';
import { bareEtag } from './object-facts.ts';

/**
 * The ETag that an answer to a copy carries.
 *
 * @throws R2_FAILED it has none: the answer is not that of a copy but, say, a page of something in between.
 */
export function etagOfCopy(r2: R2Connection, call: CallInit, etag: string | undefined): string {
  if (etag !== undefined && etag !== '') return bareEtag(etag);
  throw r2Error('R2_FAILED', r2.describe(call), {
    what: 'the endpoint sent an answer without an ETag, which is not that of a copy',
  });
}
