import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { TargetEntry } from '../../shared/contract/target.ts';
import { OperatorError } from '../../shared/domain/operator-error.ts';
import { openD1Database } from '../adapters/d1/d1-database.ts';
import { d1Leases } from '../adapters/d1/d1-leases.ts';
import { findD1File } from '../adapters/d1/find-d1-file.ts';
import { folderOriginals } from '../adapters/originals/folder-originals.ts';
import { readSandboxSettings, type SandboxSettings } from '../adapters/sandbox/sandbox-settings.ts';
import type { MigrationDatabase } from '../core/ports/migration-database.ts';
import type { ObjectStore } from '../core/ports/object-store.ts';
import type { Originals } from '../core/ports/originals.ts';
import type { OpenTarget, Targets } from '../core/ports/target.ts';
import type { Configuration, TargetSettings } from './config.ts';
import { openBucket, openOriginals, openSandboxBucket } from './open-bucket.ts';

/** Name of the target that the sandbox gives. */
export const SANDBOX_TARGET = 'sandbox';

/** Folder of the sandbox inside a workspace. */
export function sandboxPath(workspacePath: string): string {
  return join(workspacePath, 'sandbox');
}

/** Targets of the configuration and of the sandbox. */
export interface NamedTargets extends Targets {
  /** The targets that exist, the default first. Opens none of them. */
  list(): Promise<readonly TargetEntry[]>;
}

/** Parts of a target before it has an identity. */
interface TargetParts {
  readonly name: string;
  readonly database: MigrationDatabase;
  readonly databasePath: string;
  readonly objects: ObjectStore;
  readonly originals: Originals;
  /** What stands for the bucket's server in the fingerprint; the sandbox's port changes, its identity does not. */
  readonly storeIdentity: string;
}

/** Finds targets by name: those of the configuration first, then the sandbox. */
export function openTargets(configuration: Configuration): NamedTargets {
  const sandboxFolder = sandboxPath(configuration.workspacePath);

  async function open(name: string | undefined): Promise<OpenTarget> {
    const wanted = name ?? configuration.defaultTarget ?? SANDBOX_TARGET;
    const settings = configuration.targets.find((target) => target.name === wanted);
    if (settings !== undefined) return identify(await configuredParts(settings));
    if (wanted !== SANDBOX_TARGET) throw targetNotFound(wanted, await list());
    const sandbox = await readSandboxSettings(sandboxFolder);
    if (sandbox === undefined) throw name === undefined ? nothingConfigured() : sandboxMissing();
    return identify(sandboxParts(sandbox));
  }

  async function list(): Promise<readonly TargetEntry[]> {
    const configured = configuration.targets.map(
      (target): TargetEntry => ({
        name: target.name,
        source: 'configuration',
        databaseKind: target.databaseKind,
        bucket: target.bucket,
        isDefault: target.name === configuration.defaultTarget,
      }),
    );
    const sandbox = await readSandboxSettings(sandboxFolder);
    if (sandbox === undefined || configured.some((target) => target.name === SANDBOX_TARGET))
      return configured;
    return [
      ...configured,
      {
        name: SANDBOX_TARGET,
        source: 'sandbox',
        databaseKind: 'd1',
        bucket: sandbox.bucket,
        isDefault: configuration.defaultTarget === null,
      },
    ];
  }

  return { open, list };
}

async function configuredParts(settings: TargetSettings): Promise<TargetParts> {
  if (settings.databaseKind !== 'd1') {
    throw new OperatorError('CONFIG_INVALID', {
      message: `Target ${settings.name} is a PostgreSQL database, which this version of Unwind cannot roll back yet.`,
      hint: 'Set USE_D1_DATABASE=true and D1_LOCAL_PATH for a D1 database file.',
      details: { target: settings.name },
    });
  }
  if (settings.d1Path === null) {
    throw new OperatorError('CONFIG_MISSING', {
      message: `Target ${settings.name} is a D1 database, but D1_LOCAL_PATH is not set.`,
      hint: 'Set D1_LOCAL_PATH to the database file, its folder, a glob or the wrangler project folder.',
      details: { target: settings.name },
    });
  }
  const databasePath = await findD1File({ path: settings.d1Path, cwd: process.cwd() });
  const objects = await openBucket(settings);
  return {
    name: settings.name,
    database: openD1Database({ path: databasePath }),
    databasePath,
    objects,
    originals: openOriginals(settings.originals),
    storeIdentity: objects.endpoint,
  };
}

function sandboxParts(sandbox: SandboxSettings): TargetParts {
  return {
    name: SANDBOX_TARGET,
    database: openD1Database({ path: sandbox.databasePath }),
    databasePath: sandbox.databasePath,
    objects: openSandboxBucket(sandbox),
    originals: folderOriginals({ path: sandbox.originalsPath }),
    storeIdentity: `sandbox ${sandbox.databaseId}`,
  };
}

async function identify(parts: TargetParts): Promise<OpenTarget> {
  const description = await parts.database.describe();
  const fingerprint = createHash('sha256')
    .update(
      JSON.stringify([
        description.kind,
        description.identity,
        parts.storeIdentity,
        parts.objects.bucket,
      ]),
    )
    .digest('hex');
  return {
    identity: {
      name: parts.name,
      databaseKind: description.kind,
      database: description.location,
      bucket: parts.objects.bucket,
      endpoint: parts.objects.endpoint,
      originals: parts.originals.location,
      fingerprint,
    },
    database: parts.database,
    objects: parts.objects,
    originals: parts.originals,
    leases: d1Leases({ path: parts.databasePath }),
    activity: undefined,
    close: () => parts.objects.close(),
  };
}

function targetNotFound(name: string, known: readonly TargetEntry[]): OperatorError {
  const names = known.map((target) => target.name);
  return new OperatorError('TARGET_NOT_FOUND', {
    message: `There is no target named ${name}.`,
    hint:
      names.length === 0
        ? 'No target is configured: see `unwind config show`.'
        : `Known targets: ${names.join(', ')}.`,
    details: { target: name, known: names },
  });
}

function nothingConfigured(): OperatorError {
  return new OperatorError('CONFIG_MISSING', {
    message: 'No target is configured, and there is no sandbox.',
    hint: 'Set USE_D1_DATABASE=true and D1_LOCAL_PATH (see `unwind config show`), or make a sandbox with `unwind sandbox create`.',
  });
}

function sandboxMissing(): OperatorError {
  return new OperatorError('SANDBOX_MISSING', {
    message: 'The sandbox does not exist.',
    hint: 'Make it with `unwind sandbox create`.',
  });
}
