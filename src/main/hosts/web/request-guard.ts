import type { IncomingHttpHeaders } from 'node:http';

/** Why a request is not answered; `undefined` when it is. */
export type Refusal = { readonly status: 403; readonly text: string } | undefined;

/**
 * Refuses what a page of another site could make a browser send here.
 *
 * A foreign name that resolves to 127.0.0.1 (DNS rebinding) shows in `Host`; a foreign page shows in `Sec-Fetch-Site`.
 */
export function guardRequest(headers: IncomingHttpHeaders, port: number): Refusal {
  if (ownHost(headers.host, port) === undefined) return foreignHost(port);
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'none' && site !== 'same-origin') {
    return refuse(
      'Another site led here. Paste the URL that Unwind printed into the address bar instead.',
    );
  }
  return undefined;
}

/** Refuses a WebSocket that is not opened by a page of this very origin: sockets know no same-origin policy. */
export function guardUpgrade(headers: IncomingHttpHeaders, port: number): Refusal {
  const host = ownHost(headers.host, port);
  if (host === undefined) return foreignHost(port);
  if (headers.origin === `http://${host}`) return undefined;
  return refuse('A connection to the console is opened by its own page only.');
}

/** The host as the browser wrote it, if it is ours. */
export function ownHost(host: string | undefined, port: number): string | undefined {
  const own = [`127.0.0.1:${String(port)}`, `localhost:${String(port)}`];
  return own.find((candidate) => candidate === host);
}

function foreignHost(port: number): Refusal {
  return refuse(
    `This console answers to 127.0.0.1:${String(port)} and localhost:${String(port)} only.`,
  );
}

function refuse(text: string): Refusal {
  return { status: 403, text };
}
