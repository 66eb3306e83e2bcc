import type { Check } from '../../../shared/domain/check.ts';
import { check } from '../../core/ports/diagnosis.ts';
import { QUARANTINE_FOLDER } from '../../core/ports/object-store.ts';
import { type LockRule, readBucketLocks } from './bucket-locks.ts';
import type { CloudflareToken } from './cloudflare-api.ts';
import { verifyToken } from './key-pair-from-token.ts';
import type { R2Jurisdiction } from './r2-endpoint.ts';

/** The API token that is configured beside a bucket. */
export interface TokenOfBucket extends CloudflareToken {
  readonly jurisdiction: R2Jurisdiction;
}

type Finding = Pick<Check, 'state' | 'finding' | 'fix'>;

const TOKEN = { name: 'bucket.token', title: 'The API token is active and stays so' };
const LOCKS = { name: 'bucket.locks', title: 'No lock rule keeps objects from being deleted' };

const HOUR_MS = 3_600_000;
/** A token that ends sooner than this may end during a run. */
const SOON_MS = 24 * HOUR_MS;

/** Whether the token will last; of a key pair alone nobody can say. */
export async function diagnoseToken(token: TokenOfBucket | undefined): Promise<Check> {
  if (token === undefined) {
    return {
      ...TOKEN,
      state: 'skipped',
      finding: 'Not known: R2 does not tell when a key pair expires, only when an API token does.',
      fix: null,
    };
  }
  return check(TOKEN, async () => {
    const { status, expiresOn } = await verifyToken(token);
    if (status !== 'active') {
      const fix = 'Make a new token with "Object Read & Write" and set CLOUDFLARE_API_TOKEN.';
      return { state: 'failed', finding: `The token is ${status}.`, fix };
    }
    return expiryOf(expiresOn);
  });
}

function expiryOf(expiresOn: string | null): Finding {
  if (expiresOn === null) {
    return { state: 'ok', finding: 'The token is active and does not expire.', fix: null };
  }
  const leftMs = Date.parse(expiresOn) - Date.now();
  const finding = `The token is active and expires at ${expiresOn}.`;
  if (leftMs >= SOON_MS) return { state: 'ok', finding, fix: null };
  return {
    state: 'warning',
    finding,
    fix: 'Extend it, or make sure that the run ends before. A run that it ends under can be resumed with a new one.',
  };
}

/** Whether lock rules are in the way, as far as they can be seen. */
export async function diagnoseLocks(
  token: TokenOfBucket | undefined,
  bucket: string,
): Promise<Check> {
  if (token === undefined || token.accountId === '') {
    return {
      ...LOCKS,
      state: 'skipped',
      finding:
        'Not known: lock rules can be seen only with CLOUDFLARE_API_TOKEN and CLOUDFLARE_ACCOUNT_ID.',
      fix: 'Look at "Bucket lock rules" in the settings of the bucket in the Cloudflare dashboard.',
    };
  }
  return check(LOCKS, async () => {
    const locks = await readBucketLocks(token, { name: bucket, jurisdiction: token.jurisdiction });
    if (locks.kind === 'denied') {
      return {
        state: 'skipped',
        finding: `Not known: the token may not see lock rules (HTTP ${String(locks.status)}).`,
        fix: 'Look at them in the Cloudflare dashboard, or give a token that may read the configuration of buckets.',
      };
    }
    return judgeRules(locks.rules);
  });
}

function judgeRules(all: readonly LockRule[]): Finding {
  const rules = all.filter(isInEffect);
  if (rules.length === 0) {
    return { state: 'ok', finding: 'The bucket has no lock rule in effect.', fix: null };
  }
  const finding = rules.map(inWords).join(' ');
  const keepsAll = rules.some((rule) => rule.prefix === '' && rule.lasts.kind !== 'age');
  if (keepsAll) {
    return {
      state: 'failed',
      finding,
      fix: 'Remove or shorten the rule in the Cloudflare dashboard, or roll rows back only (--database-only).',
    };
  }
  return {
    state: 'warning',
    finding,
    fix: 'Objects that a rule covers will stay: check whether the migrated ones are among them.',
  };
}

function isInEffect({ lasts }: LockRule): boolean {
  return lasts.kind !== 'until' || Date.parse(lasts.date) > Date.now();
}

function inWords({ id, prefix, lasts }: LockRule): string {
  const objects = prefix === '' ? 'every object' : `objects under "${prefix}"`;
  const term = {
    always: 'for ever',
    age:
      lasts.kind === 'age'
        ? `for ${String(Math.round(lasts.seconds / 3600))} h after they are written`
        : '',
    until: lasts.kind === 'until' ? `until ${lasts.date}` : '',
  }[lasts.kind];
  const quarantine =
    prefix !== '' && coversQuarantine(prefix) ? ' That keeps a quarantine from being purged.' : '';
  return `Rule "${id}" keeps ${objects} ${term}.${quarantine}`;
}

function coversQuarantine(prefix: string): boolean {
  return prefix.startsWith(QUARANTINE_FOLDER) || QUARANTINE_FOLDER.startsWith(prefix);
}
