import type { CustomScheme, Protocol } from 'electron';
import {
  plainResponse,
  type RendererResponse,
  rendererResponse,
} from '../static/renderer-response.ts';

/** The origin of the console's pages in the desktop window. */
export const APP_ORIGIN = 'app://unwind';

/** Registered before the app is ready: only then the pages have an origin, and their storage and policy with it. */
export const APP_SCHEME: CustomScheme = {
  scheme: 'app',
  privileges: { standard: true, secure: true, supportFetchAPI: true },
};

/** Says whether a URL is one of our pages or assets. */
export function isOwnUrl(url: string): boolean {
  const parsed = URL.parse(url);
  return parsed?.protocol === 'app:' && parsed.host === 'unwind';
}

/** Serves the built console at `app://unwind/`, with the same policy and the same refusals as the browser door. */
export function serveAppProtocol(protocol: Protocol, folder: URL): void {
  protocol.handle('app', async (request) => {
    const { status, headers, body } = await answer(request, folder);
    return new Response(body, { status, headers });
  });
}

async function answer(
  request: { readonly url: string; readonly method: string },
  folder: URL,
): Promise<RendererResponse> {
  if (!isOwnUrl(request.url)) return plainResponse(403, 'There is one host here: app://unwind');
  if (request.method !== 'GET') return plainResponse(405, 'Method not allowed');
  const [rawPath = ''] = request.url.slice(APP_ORIGIN.length).split(/[?#]/, 1);
  // The page talks over a MessagePort: it may connect to nothing.
  return rendererResponse({ folder, rawPath, connect: [] });
}
