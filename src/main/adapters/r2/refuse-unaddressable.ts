import type { CallInit, R2Connection } from './connect-r2.ts';
import { r2Error } from './errors.ts';
import { fitsPath, isPossibleKey } from './key-rules.ts';

/**
 * Fails with R2_FAILED when no request path can name the key of `call`: sent anyway, the request could be answered for
 * another object.
 */
export function refuseUnaddressable(
  r2: R2Connection,
  call: CallInit & { readonly key: string },
): void {
  if (isPossibleKey(call.key) && fitsPath(call.key)) return;
  throw r2Error('R2_FAILED', r2.describe(call), {
    what: 'no S3 request can name this key (it is empty, too long, or has "." or ".." segments or line breaks)',
  });
}
