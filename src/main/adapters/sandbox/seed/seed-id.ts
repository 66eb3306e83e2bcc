import { createHash } from 'node:crypto';

/**
 * Makes an id in the form of a UUID from what it is the id of. The same for every seed, so that tests can name a record
 * of the sandbox before it exists.
 */
export function seedId(kind: 'batch' | 'record' | 'file' | 'object', name: string): string {
  const hex = createHash('sha256').update(`unwind sandbox ${kind} ${name}`).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    // Version 8 and variant 10: the form for ids that are made from something else.
    `8${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
