import { OperatorError, toOperatorError } from '../../shared/domain/operator-error.ts';
import { folderOriginals } from '../adapters/originals/folder-originals.ts';
import { httpOriginals } from '../adapters/originals/http-originals.ts';
import { noOriginals } from '../adapters/originals/no-originals.ts';
import type { TokenOfBucket } from '../adapters/r2/diagnose-token.ts';
import { keyPairFromToken, type R2KeyPair } from '../adapters/r2/key-pair-from-token.ts';
import { openR2ObjectStore } from '../adapters/r2/open-r2-object-store.ts';
import { r2Endpoint } from '../adapters/r2/r2-endpoint.ts';
import type { SandboxSettings } from '../adapters/sandbox/sandbox-settings.ts';
import type { CrashAt } from '../core/ports/crash-points.ts';
import { check } from '../core/ports/diagnosis.ts';
import type { ObjectStore } from '../core/ports/object-store.ts';
import type { Originals } from '../core/ports/originals.ts';
import type { TargetSettings } from './config.ts';

/** The originals that a setting names: an http(s) base, a folder, or none. */
export function openOriginals(setting: string | null): Originals {
  if (setting === null) return noOriginals();
  return /^https?:\/\//i.test(setting)
    ? httpOriginals({ base: setting })
    : folderOriginals({ path: setting });
}

/**
 * Opens a target's bucket. Where R2 is not configured the store opens all the same and fails when it is used: a rollback of rows
 * only needs no bucket.
 */
export async function openBucket(settings: TargetSettings, crashAt: CrashAt): Promise<ObjectStore> {
  const missing = bucketNotConfigured(settings);
  if (missing !== undefined || settings.bucket === null) {
    const why = missing ?? notConfigured(settings.name, ['R2_BUCKET_NAME']);
    return unusableStore(settings.bucket ?? '(not configured)', '(not configured)', () => why);
  }
  const endpoint = r2Endpoint({
    accountId: settings.accountId ?? undefined,
    jurisdiction: settings.jurisdiction,
    endpoint: settings.endpoint ?? undefined,
  });
  const { bucket } = settings;
  try {
    const credentials = await credentialsOf(settings);
    return openR2ObjectStore({ endpoint, bucket, ...credentials, ...tokenOf(settings), crashAt });
  } catch (error) {
    // A token that gives no key pair is an error once the bucket is needed, and a finding of the preflight.
    return unusableStore(bucket, new URL(endpoint).host, () => toOperatorError(error));
  }
}

/** The API token for what S3 does not tell; it may be configured beside a key pair. */
function tokenOf(settings: TargetSettings): { readonly token?: TokenOfBucket } {
  const { apiToken, accountId, jurisdiction } = settings;
  if (apiToken === null) return {};
  return { token: { token: apiToken, accountId: accountId ?? '', jurisdiction } };
}

/** Opens the sandbox's bucket; a stopped sandbox is an error only once the bucket is needed. */
export function openSandboxBucket(sandbox: SandboxSettings, crashAt: CrashAt): ObjectStore {
  const { endpoint, bucket, accessKeyId, secretAccessKey } = sandbox;
  if (endpoint !== null)
    return openR2ObjectStore({ endpoint, bucket, accessKeyId, secretAccessKey, crashAt });
  return unusableStore(
    bucket,
    '(sandbox stopped)',
    () =>
      new OperatorError('R2_UNREACHABLE', {
        message: 'The sandbox is stopped: its R2 bucket does not answer.',
        hint: 'Start it with `unwind sandbox start`.',
      }),
  );
}

/** The CONFIG_MISSING of a target whose bucket lacks settings; `undefined` where they are complete. */
export function bucketNotConfigured(settings: TargetSettings): OperatorError | undefined {
  const missing = missingSettings(settings);
  return missing.length === 0 ? undefined : notConfigured(settings.name, missing);
}

function missingSettings(settings: TargetSettings): readonly string[] {
  const hasPair = settings.accessKeyId !== null && settings.secretAccessKey !== null;
  return [
    settings.bucket === null ? 'R2_BUCKET_NAME' : undefined,
    settings.endpoint === null && settings.accountId === null
      ? 'CLOUDFLARE_ACCOUNT_ID (or R2_ENDPOINT)'
      : undefined,
    !hasPair && settings.apiToken === null
      ? 'R2_ACCESS_KEY_ID with R2_SECRET_ACCESS_KEY (or CLOUDFLARE_API_TOKEN)'
      : undefined,
  ].filter((name) => name !== undefined);
}

/** Key pairs made from tokens, by the settings that hold the token: one look-up for the life of the process. */
const keyPairs = new WeakMap<TargetSettings, R2KeyPair>();

async function credentialsOf(settings: TargetSettings): Promise<R2KeyPair> {
  const { accessKeyId, secretAccessKey, apiToken, accountId } = settings;
  if (accessKeyId !== null && secretAccessKey !== null) return { accessKeyId, secretAccessKey };
  const known = keyPairs.get(settings);
  if (known !== undefined) return known;
  const pair = await keyPairFromToken({ token: apiToken ?? '', accountId: accountId ?? '' });
  keyPairs.set(settings, pair);
  return pair;
}

function notConfigured(target: string, missing: readonly string[]): OperatorError {
  return new OperatorError('CONFIG_MISSING', {
    message: `The bucket of target ${target} is not configured: ${missing.join(', ')} not set.`,
    hint: 'Set what is missing (see `unwind config show`), or work on rows only with --database-only.',
    details: { target, missing },
  });
}

/** A store that says why it cannot be used, on first use. */
function unusableStore(bucket: string, endpoint: string, why: () => OperatorError): ObjectStore {
  const refuse = (): Promise<never> => Promise.reject(why());
  return {
    bucket,
    endpoint,
    checkAccess: refuse,
    statMany: refuse,
    list: async function* () {
      await refuse();
      yield [];
    },
    hash: refuse,
    copy: refuse,
    deleteMany: refuse,
    diagnose: async () => [
      await check({ name: 'bucket.configured', title: 'The bucket is configured' }, refuse),
    ],
    close: () => Promise.resolve(),
  };
}
