/** The start of a digest or an id: enough to recognise it, the whole is one copy away. */
export function shortDigest(digest: string): string {
  return digest.slice(0, 12);
}

/** Keeps the end of a path, where files differ: `…/sandbox/d1/db.sqlite`. `maxLength` counts characters. */
export function tailOf(path: string, maxLength: number): string {
  if (path.length <= maxLength) return path;
  const tail = path.slice(path.length - maxLength + 1);
  const slash = tail.indexOf('/');
  return `…${slash > 0 && slash < tail.length - 1 ? tail.slice(slash) : tail}`;
}

/** A path as its last part, by which people know a file, and the folder it is in. */
export function splitPath(path: string): { readonly name: string; readonly folder: string } {
  const slash = path.lastIndexOf('/');
  return { name: path.slice(slash + 1), folder: path.slice(0, Math.max(0, slash)) };
}
