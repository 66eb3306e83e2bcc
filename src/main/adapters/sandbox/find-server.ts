import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { codeOf } from './errors.ts';
import { isLocked } from './process-lock.ts';
import { sandboxPaths } from './sandbox-paths.ts';

const ServerFile = z.strictObject({
  pid: z.number().int().positive(),
  /** Address of the S3 endpoint. */
  endpoint: z.url(),
  /** Random; the server answers with it at `/`. */
  instance: z.string(),
  startedAt: z.string(),
});

/** What `server.json` holds: a claim about the past, not a fact. */
export type ServerFile = z.infer<typeof ServerFile>;

/** Long enough for a busy machine; a server that is gone refuses at once. */
const ANSWER_TIMEOUT_MS = 5_000;

/** Reads `server.json` without believing it. A file that is missing or not ours counts as none. */
export async function readServerFile(root: string): Promise<ServerFile | undefined> {
  let text: string;
  try {
    text = await readFile(sandboxPaths(root).server, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
  return ServerFile.safeParse(parseJson(text)).data;
}

/**
 * Finds the server of a sandbox, proved in two ways: a living process holds the server's lock, and the endpoint answers
 * with the instance id that only this server knows. A recycled pid or a stale file passes neither.
 */
export async function findServer(root: string): Promise<ServerFile | undefined> {
  const claim = await readServerFile(root);
  if (claim === undefined || !isLocked(sandboxPaths(root).serverLock)) return undefined;
  return (await answersAs(claim)) ? claim : undefined;
}

async function answersAs(claim: ServerFile): Promise<boolean> {
  try {
    const response = await fetch(new URL('/', claim.endpoint), {
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    });
    return (await response.text()) === claim.instance;
  } catch {
    // No answer is the answer: whatever the reason, nothing is proved, and unproved means not running.
    return false;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON is not ours; the schema turns `undefined` down.
    return undefined;
  }
}
