import { randomBytes, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeAtomically } from '../system/write-atomically.ts';
import { codeOf, sandboxFailed } from './errors.ts';
import { findServer } from './find-server.ts';
import { sandboxPaths } from './sandbox-paths.ts';

const SettingsFile = z.strictObject({
  formatVersion: z.literal(1),
  seed: z.number().int(),
  bucket: z.string(),
  databaseId: z.string(),
  /** Path of the D1 file inside the sandbox, with forward slashes. */
  databaseFile: z.string(),
  accessKeyId: z.string(),
  secretAccessKey: z.string(),
  fileCount: z.number().int(),
});

/** What `sandbox.json` holds. The keys are made for this one sandbox and open nothing else. */
export type SettingsFile = z.infer<typeof SettingsFile>;

/** Settings of a sandbox, as a target needs them. Paths are absolute. */
export interface SandboxSettings {
  readonly seed: number;
  readonly bucket: string;
  readonly databaseId: string;
  readonly databasePath: string;
  readonly originalsPath: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly fileCount: number;
  /** S3 endpoint; `null` while no server is proved to run. */
  readonly endpoint: string | null;
}

/** What a sandbox is before anything is migrated into it. */
export type FreshSettings = Omit<SettingsFile, 'databaseFile' | 'fileCount'>;

/** Makes the identity of a new sandbox. Keys and database id are random: a plan made for an older one does not fit. */
export function freshSettings(seed: number): FreshSettings {
  return {
    formatVersion: 1,
    seed,
    bucket: 'unwind-sandbox',
    databaseId: randomUUID(),
    accessKeyId: randomBytes(16).toString('hex'),
    secretAccessKey: randomBytes(32).toString('hex'),
  };
}

/** Durable on return; from then on the folder is a sandbox. */
export async function writeSettings(root: string, settings: SettingsFile): Promise<void> {
  await writeAtomically(sandboxPaths(root).settings, `${JSON.stringify(settings, null, 2)}\n`, {
    mode: 0o600,
  });
}

/**
 * Reads `sandbox.json`; `undefined` where there is no sandbox.
 * @throws SANDBOX_FAILED the file is there but not readable, or not ours.
 */
export async function readSettingsFile(root: string): Promise<SettingsFile | undefined> {
  const path = sandboxPaths(root).settings;
  try {
    return SettingsFile.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT' || codeOf(cause) === 'ENOTDIR') return undefined;
    throw sandboxFailed({
      during: 'reading the settings of the sandbox',
      path: root,
      reason: `${path} cannot be read or is not what Unwind wrote.`,
      hint: `Remove ${root} and make the sandbox anew with "unwind sandbox create".`,
      cause,
    });
  }
}

/**
 * Reads the settings of the sandbox in `path`, with the endpoint if its server is proved to run.
 *
 * `undefined` where there is no sandbox. @throws SANDBOX_FAILED
 */
export async function readSandboxSettings(path: string): Promise<SandboxSettings | undefined> {
  const file = await readSettingsFile(path);
  if (file === undefined) return undefined;
  const server = await findServer(path);
  return {
    seed: file.seed,
    bucket: file.bucket,
    databaseId: file.databaseId,
    databasePath: join(path, file.databaseFile),
    originalsPath: sandboxPaths(path).originals,
    accessKeyId: file.accessKeyId,
    secretAccessKey: file.secretAccessKey,
    fileCount: file.fileCount,
    endpoint: server?.endpoint ?? null,
  };
}
