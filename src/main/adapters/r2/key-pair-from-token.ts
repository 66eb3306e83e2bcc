import { createHash } from 'node:crypto';
import { z } from 'zod';
import { OperatorError } from '../../../shared/domain/operator-error.ts';
import {
  apiUnreachable,
  askCloudflare,
  CLOUDFLARE_API,
  type CloudflareToken,
} from './cloudflare-api.ts';

/** An S3 key pair. */
export interface R2KeyPair {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** What Cloudflare knows of a token. Times are ISO 8601. */
export interface TokenFacts {
  readonly id: string;
  /** `active`, `disabled` or `expired`. */
  readonly status: string;
  /** `null`: it never expires. */
  readonly expiresOn: string | null;
  /** `null`: it is valid from its making on. */
  readonly notBefore: string | null;
}

const Verified = z.object({
  success: z.literal(true),
  result: z.object({
    id: z.string().min(1),
    status: z.string(),
    expires_on: z.string().nullish(),
    not_before: z.string().nullish(),
  }),
});

/**
 * Makes the S3 key pair of a Cloudflare API token: the id of the token and the SHA-256 of its value.
 *
 * @throws R2_CREDENTIALS_REJECTED Cloudflare does not know the token, or it is not active @throws R2_UNREACHABLE
 */
export async function keyPairFromToken(request: CloudflareToken): Promise<R2KeyPair> {
  const facts = await verifyToken(request);
  if (facts.status !== 'active') throw rejected(`the token is ${facts.status}`);
  return {
    accessKeyId: facts.id,
    secretAccessKey: createHash('sha256').update(request.token).digest('hex'),
  };
}

/**
 * Asks what Cloudflare knows of a token: where tokens of users are verified, then where tokens of the account are.
 *
 * @throws R2_CREDENTIALS_REJECTED neither knows the token @throws R2_UNREACHABLE
 */
export async function verifyToken(request: CloudflareToken): Promise<TokenFacts> {
  for (const path of verifyPaths(request.accountId)) {
    const facts = await verifyAt(request, path);
    if (facts !== undefined) return facts;
  }
  throw rejected('neither the user nor the account has such a token');
}

function verifyPaths(accountId: string): readonly string[] {
  const ofUser = '/user/tokens/verify';
  if (accountId === '') return [ofUser];
  return [ofUser, `/accounts/${encodeURIComponent(accountId)}/tokens/verify`];
}

/** What one of the two places knows of the token; `undefined` when it does not know it. */
async function verifyAt(request: CloudflareToken, path: string): Promise<TokenFacts | undefined> {
  const answer = await askCloudflare(request, path);
  if (answer.status >= 400) return undefined;
  const parsed = Verified.safeParse(answer.body);
  if (!parsed.success) {
    const url = `${request.apiBase ?? CLOUDFLARE_API}${path}`;
    throw apiUnreachable(url, 'an answer that is not one of the Cloudflare API');
  }
  const { id, status, expires_on, not_before } = parsed.data.result;
  return { id, status, expiresOn: expires_on ?? null, notBefore: not_before ?? null };
}

function rejected(what: string): OperatorError {
  return new OperatorError('R2_CREDENTIALS_REJECTED', {
    message: `Could not make R2 credentials from the API token: ${what}.`,
    hint: 'Check CLOUDFLARE_API_TOKEN and CLOUDFLARE_ACCOUNT_ID, or set R2_ACCESS_KEY_ID and R2_SECRET_ACCESS_KEY.',
  });
}
