import { OperatorError } from '../../../shared/domain/operator-error.ts';

/** Where Cloudflare keeps a bucket by law; a bucket of a jurisdiction answers only on that jurisdiction's endpoint. */
export type R2Jurisdiction = 'default' | 'eu' | 'fedramp';

const ACCOUNT_ID = /^[0-9a-f]{32}$/i;

/**
 * URL of the S3 endpoint, without a trailing slash: `endpoint` where one is given, else the account's own.
 *
 * @throws CONFIG_MISSING neither is given @throws CONFIG_INVALID one is given that cannot be right.
 */
export function r2Endpoint(config: {
  readonly accountId: string | undefined;
  readonly jurisdiction: R2Jurisdiction;
  readonly endpoint: string | undefined;
}): string {
  const { accountId, jurisdiction, endpoint } = config;
  if (endpoint !== undefined) return checkedUrl(endpoint);
  if (accountId === undefined) {
    throw new OperatorError('CONFIG_MISSING', {
      message: 'The R2 endpoint is not known: neither an account id nor an endpoint is set.',
      hint: 'Set CLOUDFLARE_ACCOUNT_ID, or R2_ENDPOINT for another S3 endpoint.',
    });
  }
  if (!ACCOUNT_ID.test(accountId)) {
    throw new OperatorError('CONFIG_INVALID', {
      message: 'CLOUDFLARE_ACCOUNT_ID is not an account id: those are 32 hex digits.',
      hint: 'Copy the account id from the R2 page of the Cloudflare dashboard.',
      details: { length: accountId.length },
    });
  }
  const region = jurisdiction === 'default' ? '' : `.${jurisdiction}`;
  return `https://${accountId.toLowerCase()}${region}.r2.cloudflarestorage.com`;
}

function checkedUrl(endpoint: string): string {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  const isPlain =
    url !== undefined &&
    (url.protocol === 'https:' || url.protocol === 'http:') &&
    url.username === '' &&
    url.password === '' &&
    url.search === '' &&
    url.hash === '';
  if (isPlain) return url.href.replace(/\/+$/, '');
  // The value itself is not repeated: it may hold a password.
  throw new OperatorError('CONFIG_INVALID', {
    message: 'R2_ENDPOINT is not a plain http(s) URL.',
    hint: 'Write R2_ENDPOINT as https://HOST, without user, password, query or bucket.',
  });
}
