import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** What a path asks for. `index.html` is the page of every view; views are told apart by the console itself. */
export type RendererFile =
  | { readonly kind: 'page'; readonly path: string }
  | { readonly kind: 'asset'; readonly path: string }
  | { readonly kind: 'refused' };

const VIEW = /^[^.]*$/;

/**
 * Finds the file that a URL path stands for, below `folder` and nowhere else.
 *
 * Takes the path as it came over the wire: a parser that folds `..` away first would hide what was asked for.
 */
export function findRendererFile(folder: URL, rawPath: string): RendererFile {
  const segments = decodedSegments(rawPath);
  if (segments === undefined || segments.some(climbs)) return { kind: 'refused' };
  const root = fileURLToPath(folder);
  if (VIEW.test(segments.at(-1) ?? '')) {
    return { kind: 'page', path: path.join(root, 'index.html') };
  }
  return { kind: 'asset', path: path.join(root, ...segments) };
}

/** `undefined` where the path is not a well-formed absolute one. */
function decodedSegments(rawPath: string): readonly string[] | undefined {
  if (!rawPath.startsWith('/')) return undefined;
  try {
    return rawPath.slice(1).split('/').map(decodeURIComponent);
  } catch {
    // A malformed escape names no file.
    return undefined;
  }
}

/** Also true of hidden files, of separators that were escaped, and of what Windows would read as a drive or a stream. */
function climbs(segment: string): boolean {
  return segment.startsWith('.') || /[/\\:\0]/.test(segment);
}
