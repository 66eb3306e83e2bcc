/** Sent with every response of both hosts, pages and refusals alike. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  // Copy buttons write to the clipboard; the console asks the browser for nothing else.
  'permissions-policy':
    'clipboard-write=(self), clipboard-read=(), camera=(), microphone=(), geolocation=(), display-capture=(), usb=(), serial=(), hid=(), payment=(), midi=(), fullscreen=()',
};
