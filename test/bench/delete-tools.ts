import type { R2Address } from '../../src/main/adapters/r2/connect-r2.ts';
import { isInstalled } from './is-installed.ts';

/** A tool that deletes everything under a prefix, at settings that favour it. */
export interface DeleteTool {
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  readonly command: string;
}

/** Requests that the tools may have under way: well above their defaults of 8 (rclone) and 10 (aws). */
const CONCURRENCY = '64';

/**
 * The tools that are installed, with the command that deletes all objects under `prefix`.
 *
 * s3cmd is left out: it cannot address an S3 endpoint that has a path, as that of the sandbox has.
 */
export function deleteTools(address: R2Address, prefix: string): readonly DeleteTool[] {
  return [rclone(address, prefix), awsCli(address, prefix)].filter(({ name }) => isInstalled(name));
}

function rclone(address: R2Address, prefix: string): DeleteTool {
  return {
    name: 'rclone',
    env: {
      RCLONE_CONFIG: '/dev/null',
      RCLONE_S3_PROVIDER: 'Cloudflare',
      RCLONE_S3_ENDPOINT: address.endpoint,
      RCLONE_S3_ACCESS_KEY_ID: address.accessKeyId,
      RCLONE_S3_SECRET_ACCESS_KEY: address.secretAccessKey,
      RCLONE_S3_FORCE_PATH_STYLE: 'true',
    },
    command: `rclone delete --checkers ${CONCURRENCY} --transfers ${CONCURRENCY} --fast-list ':s3:${address.bucket}/${prefix}'`,
  };
}

function awsCli(address: R2Address, prefix: string): DeleteTool {
  return {
    name: 'aws',
    env: {
      AWS_ACCESS_KEY_ID: address.accessKeyId,
      AWS_SECRET_ACCESS_KEY: address.secretAccessKey,
      AWS_DEFAULT_REGION: 'auto',
      AWS_MAX_CONCURRENT_REQUESTS: CONCURRENCY,
    },
    command: `aws --endpoint-url '${address.endpoint}' s3 rm --recursive --only-show-errors 's3://${address.bucket}/${prefix}'`,
  };
}
