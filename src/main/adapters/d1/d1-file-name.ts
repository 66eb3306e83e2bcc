import { createHash, createHmac } from 'node:crypto';

/** The folder, below wrangler's or miniflare's D1 folder, that holds the database files. */
export const d1ObjectFolder = 'miniflare-D1DatabaseObject';

/**
 * The name of the file in which wrangler and miniflare keep the D1 database with this id: 64 hex digits and `.sqlite`.
 * The id is `preview_database_id`, else `database_id`, else the binding, of the wrangler configuration.
 */
export function d1FileName(databaseId: string): string {
  const key = createHash('sha256').update(d1ObjectFolder).digest();
  const name = createHmac('sha256', key).update(databaseId).digest().subarray(0, 16);
  const check = createHmac('sha256', key).update(name).digest().subarray(0, 16);
  return `${Buffer.concat([name, check]).toString('hex')}.sqlite`;
}
