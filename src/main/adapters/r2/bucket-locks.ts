import { z } from 'zod';
import { apiUnreachable, askCloudflare, type CloudflareToken } from './cloudflare-api.ts';
import type { R2Jurisdiction } from './r2-endpoint.ts';

/** A rule that keeps objects from being deleted and overwritten. */
export interface LockRule {
  readonly id: string;
  /** Empty: it is about every object. */
  readonly prefix: string;
  readonly lasts:
    | { readonly kind: 'always' }
    /** For so many seconds after an object was written. */
    | { readonly kind: 'age'; readonly seconds: number }
    /** ISO 8601. */
    | { readonly kind: 'until'; readonly date: string };
}

/** The rules in effect, or that the token may not see them. */
export type BucketLocks =
  | { readonly kind: 'known'; readonly rules: readonly LockRule[] }
  | { readonly kind: 'denied'; readonly status: number };

const Condition = z.discriminatedUnion('type', [
  z.object({ type: z.literal('Age'), maxAgeSeconds: z.number() }),
  z.object({ type: z.literal('Date'), date: z.string() }),
  z.object({ type: z.literal('Indefinite') }),
]);

const Locks = z.object({
  success: z.literal(true),
  result: z.object({
    rules: z
      .array(
        z.object({
          id: z.string(),
          enabled: z.boolean(),
          prefix: z.string().optional(),
          condition: Condition,
        }),
      )
      .nullish(),
  }),
});

/** Reads the lock rules of a bucket over the Cloudflare API; the S3 API does not tell them. @throws R2_UNREACHABLE */
export async function readBucketLocks(
  token: CloudflareToken,
  bucket: { readonly name: string; readonly jurisdiction: R2Jurisdiction },
): Promise<BucketLocks> {
  const path = `/accounts/${encodeURIComponent(token.accountId)}/r2/buckets/${encodeURIComponent(bucket.name)}/lock`;
  const { status, body } = await askCloudflare(token, path, { jurisdiction: bucket.jurisdiction });
  if (status >= 400) return { kind: 'denied', status };
  const parsed = Locks.safeParse(body);
  if (!parsed.success) throw apiUnreachable(path, 'an answer that is not a list of lock rules');
  const rules = (parsed.data.result.rules ?? [])
    .filter((rule) => rule.enabled)
    .map(({ id, prefix = '', condition }) => ({ id, prefix, lasts: lastsOf(condition) }));
  return { kind: 'known', rules };
}

function lastsOf(condition: z.infer<typeof Condition>): LockRule['lasts'] {
  switch (condition.type) {
    case 'Age':
      return { kind: 'age', seconds: condition.maxAgeSeconds };
    case 'Date':
      return { kind: 'until', date: condition.date };
    case 'Indefinite':
      return { kind: 'always' };
  }
}
