import { constants } from 'node:fs';
import { cp, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import Database from 'better-sqlite3';
import { openSandbox } from '../../../src/main/adapters/sandbox/open-sandbox.ts';
import {
  readSandboxSettings,
  type SandboxSettings,
} from '../../../src/main/adapters/sandbox/sandbox-settings.ts';
import type { Sandbox } from '../../../src/main/core/ports/sandbox.ts';
import { SERVER_ENTRY, sandboxTemplate } from './sandbox-template.ts';

/** A running sandbox of a test, with eyes and hands of its own that use none of the tested code. */
export interface TestSandbox {
  /** The workspace that it belongs to: a temporary folder. */
  readonly workspace: string;
  /** `<workspace>/sandbox` */
  readonly path: string;
  readonly sandbox: Sandbox;
  readonly settings: SandboxSettings & { readonly endpoint: string };
  readonly s3: S3Client;
  /** Opens the D1 file directly; the caller closes it. */
  openDatabase(mode?: 'read' | 'write'): Database.Database;
  /** Runs one SELECT on a connection of its own. */
  rows(sql: string, ...values: readonly unknown[]): readonly Record<string, unknown>[];
  /** Every key in the bucket, in byte order. */
  keys(prefix?: string): Promise<readonly string[]>;
  /** Stops the server and removes the workspace. */
  remove(): Promise<void>;
}

/**
 * Makes a running sandbox (seed 66, the set of `sandboxCases`) in a temporary folder. Takes about a second: it is a copy of
 * a template. Call it in `beforeAll` and `remove()` it in `afterAll`; should that not happen, its server ends with the test process.
 */
export async function aSandbox(): Promise<TestSandbox> {
  const { workspace, path } = await aStoppedSandbox();
  const sandbox = openSandbox({ path, serverEntry: SERVER_ENTRY, ownerPid: process.pid });
  await sandbox.start();
  const settings = await runningSettings(path);
  const s3 = clientOf(settings);

  function openDatabase(mode: 'read' | 'write' = 'read'): Database.Database {
    return new Database(settings.databasePath, { readonly: mode === 'read', fileMustExist: true });
  }

  return {
    workspace,
    path,
    sandbox,
    settings,
    s3,
    openDatabase,
    rows(sql, ...values) {
      const database = openDatabase();
      try {
        return database.prepare<unknown[], Record<string, unknown>>(sql).all(...values);
      } finally {
        database.close();
      }
    },
    async keys(prefix = '') {
      const found: string[] = [];
      const pages = paginateListObjectsV2(
        { client: s3 },
        { Bucket: settings.bucket, Prefix: prefix },
      );
      for await (const page of pages) {
        for (const { Key } of page.Contents ?? []) if (Key !== undefined) found.push(Key);
      }
      return found;
    },
    async remove() {
      s3.destroy();
      await sandbox.stop();
      await rm(workspace, { recursive: true, force: true });
    },
  };
}

/** A copy of the template in a new workspace, not started. The caller removes the workspace. */
export async function aStoppedSandbox(): Promise<{
  readonly workspace: string;
  readonly path: string;
}> {
  const template = await sandboxTemplate();
  const workspace = await aWorkspace();
  const path = join(workspace, 'sandbox');
  await cp(template, path, {
    recursive: true,
    mode: constants.COPYFILE_FICLONE,
    preserveTimestamps: true,
  });
  return { workspace, path };
}

/** An empty temporary folder that the caller removes. */
export async function aWorkspace(): Promise<string> {
  return realpath(await mkdtemp(join(tmpdir(), 'unwind-sandbox-')));
}

async function runningSettings(path: string): Promise<SandboxSettings & { endpoint: string }> {
  const settings = await readSandboxSettings(path);
  const endpoint = settings?.endpoint;
  if (settings === undefined || endpoint === undefined || endpoint === null) {
    throw new Error(`The sandbox in ${path} was started but is not proved to run.`);
  }
  return { ...settings, endpoint };
}

/** An S3 client for checks from outside. The caller destroys it. */
function clientOf(settings: SandboxSettings & { readonly endpoint: string }): S3Client {
  const { accessKeyId, secretAccessKey, endpoint } = settings;
  return new S3Client({
    endpoint,
    region: 'auto',
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    expectContinueHeader: false,
  });
}
