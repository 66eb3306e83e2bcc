/** Replaced in the built index.html by the nonce of the response, for the styles that the component library injects. */
export const NONCE_PLACEHOLDER = '__UNWIND_NONCE__';

/** The policy of every console page: its own scripts, nothing inline, no host but the one it was loaded from. */
export function contentSecurityPolicy(page: {
  /** Base64; new for each response. */
  readonly nonce: string;
  /** What the page may connect to, such as `ws://127.0.0.1:4666`; empty where it talks over a port. */
  readonly connect: readonly string[];
}): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${page.nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src ${page.connect.length === 0 ? "'none'" : page.connect.join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
