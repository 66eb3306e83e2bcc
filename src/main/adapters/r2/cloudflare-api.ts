import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { R2Jurisdiction } from './r2-endpoint.ts';

export const CLOUDFLARE_API = 'https://api.cloudflare.com/client/v4';
const TIMEOUT_MS = 15_000;

/** An API token and what it is used for. */
export interface CloudflareToken {
  readonly token: string;
  /** Empty where it is not known: then only what belongs to the token's user can be asked. */
  readonly accountId: string;
  /** Base of the API; only tests have a reason to set it. */
  readonly apiBase?: string;
}

/**
 * Asks the Cloudflare API. An HTTP error is an answer, with its status and without a body.
 *
 * @throws R2_UNREACHABLE no answer, or one that asks to come back later.
 */
export async function askCloudflare(
  { token, apiBase = CLOUDFLARE_API }: CloudflareToken,
  path: string,
  options: { readonly jurisdiction?: R2Jurisdiction } = {},
): Promise<{ readonly status: number; readonly body: unknown }> {
  const url = `${apiBase}${path}`;
  const answer = await request(url, {
    authorization: `Bearer ${token}`,
    ...(options.jurisdiction === undefined ? {} : { 'cf-r2-jurisdiction': options.jurisdiction }),
  });
  if (answer.status >= 500 || answer.status === 429) {
    throw apiUnreachable(url, `HTTP ${String(answer.status)}`);
  }
  return answer;
}

async function request(
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<{ status: number; body: unknown }> {
  try {
    const answer = await fetch(url, {
      headers,
      // A redirect would carry the token to another address.
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const body: unknown = answer.ok ? await answer.json().catch(() => undefined) : undefined;
    if (!answer.ok) await answer.body?.cancel();
    return { status: answer.status, body };
  } catch (error) {
    throw apiUnreachable(url, 'no answer', error);
  }
}

/** The error of an answer that says nothing about the question. */
export function apiUnreachable(url: string, what: string, cause?: unknown): OperatorError {
  const { host } = new URL(url, CLOUDFLARE_API);
  return new OperatorError('R2_UNREACHABLE', {
    message: `Could not ask the Cloudflare API at ${host}: got ${what}.`,
    hint: 'Check the network and any proxy, or set R2_ACCESS_KEY_ID and R2_SECRET_ACCESS_KEY: a key pair needs no lookup.',
    details: { host },
    cause,
  });
}
