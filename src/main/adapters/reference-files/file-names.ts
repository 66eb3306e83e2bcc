import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** `YYYYMMDD_HHMMSS` in UTC, as the reference procedure names its files. */
export function secondStamp(epochMs: number): string {
  const iso = new Date(epochMs).toISOString();
  return `${iso.slice(0, 10).replaceAll('-', '')}_${iso.slice(11, 19).replaceAll(':', '')}`;
}

/**
 * A free path for `<prefix><stamp>.<extension>`. Two runs may begin in the same second (a trap of the reference): the later one
 * carries the end of its run id as well.
 */
export function freePath(request: {
  readonly folder: string;
  readonly prefix: string;
  readonly stamp: string;
  readonly runId: string;
  readonly extension: string;
}): string {
  const { folder, prefix, stamp, runId, extension } = request;
  const plain = join(folder, `${prefix}${stamp}.${extension}`);
  if (!existsSync(plain)) return plain;
  const named = join(folder, `${prefix}${stamp}_${runId.slice(-8)}.${extension}`);
  return existsSync(named) ? join(folder, `${prefix}${stamp}_${runId}_${String(process.pid)}.${extension}`) : named;
}
