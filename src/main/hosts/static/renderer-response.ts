import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { contentSecurityPolicy, NONCE_PLACEHOLDER } from './content-security-policy.ts';
import { findRendererFile } from './find-renderer-file.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

/** An answer that either host can send. */
export interface RendererResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

/** Vite puts a hash of the content in the name of everything below `assets/`: such a file never changes. */
const HASHED = /^\/assets\//;

/** Answers a GET for a page or an asset of the built console. */
export async function rendererResponse(request: {
  readonly folder: URL;
  /** The path as it came over the wire, without query. */
  readonly rawPath: string;
  readonly connect: readonly string[];
}): Promise<RendererResponse> {
  const found = findRendererFile(request.folder, request.rawPath);
  if (found.kind === 'refused') return plainResponse(404, 'Not found');
  const bytes = await readIfThere(found.path);
  if (bytes === undefined) return plainResponse(404, 'Not found');
  if (found.kind === 'page') return pageResponse(bytes, request.connect);
  return {
    status: 200,
    headers: {
      ...SECURITY_HEADERS,
      'content-type': CONTENT_TYPES[path.extname(found.path)] ?? 'application/octet-stream',
      'cache-control': HASHED.test(request.rawPath)
        ? 'private, max-age=31536000, immutable'
        : 'no-cache',
    },
    body: bytes,
  };
}

/** A refusal or a short notice, as plain text. */
export function plainResponse(status: number, text: string): RendererResponse {
  return {
    status,
    headers: {
      ...SECURITY_HEADERS,
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'no-store',
    },
    body: new TextEncoder().encode(`${text}\n`),
  };
}

function pageResponse(html: Uint8Array<ArrayBuffer>, connect: readonly string[]): RendererResponse {
  const nonce = randomBytes(16).toString('base64');
  const page = new TextDecoder().decode(html).replaceAll(NONCE_PLACEHOLDER, nonce);
  return {
    status: 200,
    headers: {
      ...SECURITY_HEADERS,
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': contentSecurityPolicy({ nonce, connect }),
      'cache-control': 'no-store',
    },
    body: new TextEncoder().encode(page),
  };
}

async function readIfThere(file: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    return new Uint8Array(await readFile(file));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}
