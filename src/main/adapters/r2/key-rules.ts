// What the two ways to name an object, the request path and the XML body, can and cannot carry.

const MAX_KEY_BYTES = 1024;

/** Whether an object can exist under `key` at all. An empty key would address the bucket itself. */
export function isPossibleKey(key: string): boolean {
  return key !== '' && key.isWellFormed() && Buffer.byteLength(key) <= MAX_KEY_BYTES;
}

/**
 * Whether a request path can name `key`.
 *
 * Servers resolve `.` and `..` segments (also when percent-encoded) before they look at the key, so that a request for
 * `a/../b` would be answered for `b`. Line breaks are dropped or not routed by some servers, which then answer 404 for
 * an object that is there.
 */
export function fitsPath(key: string): boolean {
  if (/[\r\n]/.test(key)) return false;
  return !key.split('/').some((segment) => segment === '.' || segment === '..');
}

/**
 * Whether the XML body of a batch delete carries `key` unchanged: parsers trim surrounding white space and have no
 * way, or no agreed way, to write control characters.
 */
export function fitsXml(key: string): boolean {
  return key.trim() === key && !/[\p{Cc}\uFFFE\uFFFF]/u.test(key);
}

/** The value of `x-amz-copy-source`: bucket and key, each path segment percent-encoded. */
export function copySource(bucket: string, key: string): string {
  return [bucket, ...key.split('/')].map(encodeURIComponent).join('/');
}

/**
 * The key behind an entry of a listing made with `encoding-type=url`.
 *
 * A space is `%20` on some servers and `+` on others; a real plus sign is `%2B` on all of them.
 */
export function decodeListedKey(encoded: string): string {
  return decodeURIComponent(encoded.replaceAll('+', '%20'));
}
