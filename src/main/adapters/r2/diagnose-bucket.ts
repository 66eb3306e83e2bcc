import { randomUUID } from 'node:crypto';
import { DeleteObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import type { Check } from '../../../shared/domain/check.ts';
import type { ErrorCode } from '../../../shared/domain/error-codes.ts';
import { type OperatorError, toOperatorError } from '../../../shared/domain/operator-error.ts';
import type { ObjectFacts } from '../../../shared/domain/plan.ts';
import { check, type Question } from '../../core/ports/diagnosis.ts';
import { QUARANTINE_FOLDER } from '../../core/ports/object-store.ts';
import type { R2Connection } from './connect-r2.ts';
import { diagnoseLocks, diagnoseToken, type TokenOfBucket } from './diagnose-token.ts';
import { fromS3 } from './errors.ts';
import { listPage } from './list-page.ts';
import { statByHead } from './stat-many.ts';

type Finding = Pick<Check, 'state' | 'finding' | 'fix'>;

const TIMEOUT_MS = 10_000;
/** Signatures are refused when the clocks differ by more than this. */
const SKEW_LIMIT_MS = 5 * 60_000;
const SKEW_WARNING_MS = 60_000;

const REACHABLE = { name: 'bucket.reachable', title: 'The R2 endpoint answers' };
const CLOCK = { name: 'bucket.clock', title: "This machine's clock agrees with R2's" };
const CREDENTIALS = { name: 'bucket.credentials', title: 'R2 accepts the credentials' };
const EXISTS = { name: 'bucket.exists', title: 'The bucket exists' };
const LIST = { name: 'bucket.list', title: 'The credentials may list objects' };
const READ = { name: 'bucket.read', title: 'The credentials may read objects' };
const DELETE = { name: 'bucket.delete', title: 'The credentials may write and delete objects' };

/** What listing one object showed: the object if there is one, or the error. */
type FirstLook =
  | { readonly kind: 'listed'; readonly first: ObjectFacts | undefined }
  | { readonly kind: 'failed'; readonly error: OperatorError };

/**
 * Looks at everything that could keep a rollback from working on this bucket: see `ObjectStore.diagnose`. Changes nothing: the one delete
 * that it sends is for a key that was just proved not to exist.
 */
export async function diagnoseBucket(
  r2: R2Connection,
  request: { readonly endpointUrl: string; readonly token: TokenOfBucket | undefined },
): Promise<readonly Check[]> {
  const { endpointUrl, token } = request;
  const [knock, look] = await Promise.all([knockAt(r2, endpointUrl), firstLook(r2)]);
  const first = look.kind === 'listed' ? look.first : undefined;
  const usable = look.kind === 'listed' ? undefined : 'the bucket could not be listed';
  return [
    knock.check,
    clockCheck(knock.date),
    ...judgeLook(look, r2),
    await unless(usable, READ, () => tryRead(r2, first)),
    await unless(usable, DELETE, () => tryDelete(r2)),
    await diagnoseToken(token),
    await diagnoseLocks(token, r2.bucket),
  ];
}

async function unless(
  obstacle: string | undefined,
  question: Question,
  look: () => Promise<Finding>,
): Promise<Check> {
  if (obstacle === undefined) return check(question, look);
  return { ...question, ...skipped(obstacle) };
}

function skipped(why: string): Finding {
  return { state: 'skipped', finding: `Not looked at: ${why}.`, fix: null };
}

/** Asks the endpoint without credentials: any answer shows that it is there, and what time it has. */
async function knockAt(
  r2: R2Connection,
  endpointUrl: string,
): Promise<{ readonly check: Check; readonly date: string | undefined }> {
  let date: string | undefined;
  const answered = await check(REACHABLE, async () => {
    const startedAt = performance.now();
    try {
      const answer = await fetch(endpointUrl, {
        method: 'HEAD',
        redirect: 'manual',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      date = answer.headers.get('date') ?? undefined;
    } catch (error) {
      throw fromS3(error, r2.describe({ tried: 'reach the endpoint' }));
    }
    const tookMs = Math.round(performance.now() - startedAt);
    return {
      state: 'ok',
      finding: `${r2.endpoint} answered in ${String(tookMs)} ms.`,
      fix: null,
    };
  });
  return { check: answered, date };
}

function clockCheck(date: string | undefined): Check {
  const at = date === undefined ? Number.NaN : Date.parse(date);
  if (Number.isNaN(at)) {
    return { ...CLOCK, ...skipped('the endpoint did not say what time it has') };
  }
  const skewMs = Math.abs(Date.now() - at);
  const finding = `The clocks differ by ${String(Math.round(skewMs / 1000))} s; from ${String(SKEW_LIMIT_MS / 60_000)} min on requests may be refused.`;
  if (skewMs <= SKEW_WARNING_MS) return { ...CLOCK, state: 'ok', finding, fix: null };
  const state = skewMs > SKEW_LIMIT_MS ? 'failed' : 'warning';
  return { ...CLOCK, state, finding, fix: 'Set the clock of this machine (NTP).' };
}

async function firstLook(r2: R2Connection): Promise<FirstLook> {
  try {
    const page = await listPage(r2, { tried: 'list objects', maxObjects: 1 });
    return { kind: 'listed', first: page.objects[0] };
  } catch (error) {
    return { kind: 'failed', error: toOperatorError(error) };
  }
}

/** The conditions that listing needs, each with the error that denies it. */
const NEEDED_TO_LIST: readonly (readonly [Question, ErrorCode])[] = [
  [CREDENTIALS, 'R2_CREDENTIALS_REJECTED'],
  [EXISTS, 'R2_BUCKET_NOT_FOUND'],
  [LIST, 'R2_DENIED'],
];

function judgeLook(look: FirstLook, r2: R2Connection): readonly Check[] {
  if (look.kind === 'listed') {
    const finding = `${r2.endpoint} lists ${r2.bucket}.`;
    return NEEDED_TO_LIST.map(([question]) => ({ ...question, state: 'ok', finding, fix: null }));
  }
  const { code, message, hint } = look.error;
  const blamed = NEEDED_TO_LIST.findIndex(([, denial]) => denial === code);
  return NEEDED_TO_LIST.map(([question], index): Check => {
    // An error that denies none of them (no answer, say) is told once, with the first.
    const isBlamed = index === Math.max(blamed, 0);
    if (isBlamed) return { ...question, state: 'failed', finding: message, fix: hint };
    if (question === CREDENTIALS) {
      const finding = 'They were accepted: R2 refused the request for another reason.';
      return { ...question, state: 'ok', finding, fix: null };
    }
    // R2 denies a bucket that the credentials are not for, whether it exists or not.
    return { ...question, ...skipped(`listing failed with ${code}`) };
  });
}

async function tryRead(r2: R2Connection, first: ObjectFacts | undefined): Promise<Finding> {
  if (first === undefined) {
    return {
      state: 'warning',
      finding: 'The bucket is empty: there is nothing to read.',
      fix: 'Check R2_BUCKET_NAME if there should be objects.',
    };
  }
  await r2.ask(
    { tried: `look at "${first.key}"`, key: first.key, method: 'HEAD' },
    (client, options) =>
      client.send(new HeadObjectCommand({ Bucket: r2.bucket, Key: first.key }), options),
  );
  return { state: 'ok', finding: `The headers of "${first.key}" were read.`, fix: null };
}

/**
 * Writing cannot be tried without writing. A delete can: of a key that does not exist. R2 gives the rights to write and to delete
 * together ("Object Read & Write").
 */
async function tryDelete(r2: R2Connection): Promise<Finding> {
  const key = `${QUARANTINE_FOLDER}preflight-${randomUUID()}`;
  if ((await statByHead(r2, key)) !== undefined) {
    return {
      state: 'skipped',
      finding: 'Not looked at: the key to try it with is taken.',
      fix: null,
    };
  }
  await r2.ask({ tried: `delete "${key}", which does not exist`, key }, (client, options) =>
    client.send(new DeleteObjectCommand({ Bucket: r2.bucket, Key: key }), options),
  );
  return {
    state: 'ok',
    finding:
      'A delete of a key that does not exist was permitted; nothing was changed. R2 permits writing together with deleting.',
    fix: null,
  };
}
