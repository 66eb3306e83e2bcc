import { createHash } from 'node:crypto';
import { z } from 'zod';
import { OperatorError } from '../../../shared/domain/operator-error.ts';

/** An S3 key pair. */
export interface R2KeyPair {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const CLOUDFLARE_API = 'https://api.cloudflare.com/client/v4';
const TIMEOUT_MS = 15_000;

const Verified = z.object({
  success: z.literal(true),
  result: z.object({ id: z.string().min(1), status: z.string() }),
});

/**
 * Makes the S3 key pair of a Cloudflare API token: the id of the token and the SHA-256 of its value.
 *
 * The id is asked for where tokens of users are verified, then where tokens of the account are.
 * @throws R2_CREDENTIALS_REJECTED neither knows the token, or it is not active @throws R2_UNREACHABLE
 */
export async function keyPairFromToken(request: {
  readonly token: string;
  /** Empty where it is not known: then only a user's token is found. */
  readonly accountId: string;
  /** Base of the API; only tests have a reason to set it. */
  readonly apiBase?: string;
}): Promise<R2KeyPair> {
  const { token, accountId, apiBase = CLOUDFLARE_API } = request;
  for (const path of verifyPaths(accountId)) {
    const verified = await verify(`${apiBase}${path}`, token);
    if (verified === undefined) continue;
    if (verified.status !== 'active') throw rejected(`the token is ${verified.status}`);
    return {
      accessKeyId: verified.id,
      secretAccessKey: createHash('sha256').update(token).digest('hex'),
    };
  }
  throw rejected('neither the user nor the account has such a token');
}

function verifyPaths(accountId: string): readonly string[] {
  const ofUser = '/user/tokens/verify';
  if (accountId === '') return [ofUser];
  return [ofUser, `/accounts/${encodeURIComponent(accountId)}/tokens/verify`];
}

/** What one of the two places knows of the token; `undefined` when it does not know it. */
async function verify(
  url: string,
  token: string,
): Promise<{ readonly id: string; readonly status: string } | undefined> {
  const answer = await ask(url, token);
  if (answer.status >= 500 || answer.status === 429) {
    throw unreachable(url, `HTTP ${String(answer.status)}`);
  }
  if (answer.status >= 400) return undefined;
  const parsed = Verified.safeParse(answer.body);
  if (parsed.success) return parsed.data.result;
  throw unreachable(url, 'an answer that is not one of the Cloudflare API');
}

async function ask(url: string, token: string): Promise<{ status: number; body: unknown }> {
  try {
    const answer = await fetch(url, {
      headers: { authorization: `Bearer ${token}` },
      // A redirect would carry the token to another address.
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const body: unknown = answer.ok ? await answer.json().catch(() => undefined) : undefined;
    if (!answer.ok) await answer.body?.cancel();
    return { status: answer.status, body };
  } catch (error) {
    throw unreachable(url, 'no answer', error);
  }
}

function rejected(what: string): OperatorError {
  return new OperatorError('R2_CREDENTIALS_REJECTED', {
    message: `Could not make R2 credentials from the API token: ${what}.`,
    hint: 'Check CLOUDFLARE_API_TOKEN and CLOUDFLARE_ACCOUNT_ID, or set R2_ACCESS_KEY_ID and R2_SECRET_ACCESS_KEY.',
  });
}

function unreachable(url: string, what: string, cause?: unknown): OperatorError {
  const { host } = new URL(url);
  return new OperatorError('R2_UNREACHABLE', {
    message: `Could not verify the API token at ${host}: got ${what}.`,
    hint: 'Check the network and any proxy, or set R2_ACCESS_KEY_ID and R2_SECRET_ACCESS_KEY: a key pair needs no lookup.',
    details: { host },
    cause,
  });
}
