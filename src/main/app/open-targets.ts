import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { TargetEntry } from '../../shared/contract/target.ts';
import { OperatorError, toOperatorError } from '../../shared/domain/operator-error.ts';
import type { TargetIdentity } from '../../shared/domain/target.ts';
import { type D1DatabaseOptions, openD1Database } from '../adapters/d1/d1-database.ts';
import { d1Leases } from '../adapters/d1/d1-leases.ts';
import { findD1File } from '../adapters/d1/find-d1-file.ts';
import { folderOriginals } from '../adapters/originals/folder-originals.ts';
import { readSandboxSettings, type SandboxSettings } from '../adapters/sandbox/sandbox-settings.ts';
import { type BlastRadiusLimits, NO_LIMITS } from '../core/ports/blast-radius-limits.ts';
import { type CrashAt, NO_CRASH } from '../core/ports/crash-points.ts';
import type { DatabaseActivity } from '../core/ports/database-activity.ts';
import type { Leases } from '../core/ports/lease.ts';
import type { MigrationDatabase } from '../core/ports/migration-database.ts';
import type { ObjectStore } from '../core/ports/object-store.ts';
import type { Originals } from '../core/ports/originals.ts';
import type {
  OpenTarget,
  Part,
  TargetInParts,
  Targets,
  TargetsInParts,
} from '../core/ports/target.ts';
import { SANDBOX_GUARD, type TargetGuard } from '../core/ports/target-guard.ts';
import type { CustomMapping } from '../core/schema/custom-mapping.ts';
import { leasesAtBoundaries } from './at-boundaries.ts';
import { readMappingFile } from './config/mapping-file.ts';
import type { Configuration, TargetSettings } from './config.ts';
import {
  bucketNotConfigured,
  openBucket,
  openOriginals,
  openSandboxBucket,
} from './open-bucket.ts';
import { openPostgres } from './open-postgres.ts';

/** Name of the target that the sandbox gives. */
export const SANDBOX_TARGET = 'sandbox';

/** Folder of the sandbox inside a workspace. */
export function sandboxPath(workspacePath: string): string {
  return join(workspacePath, 'sandbox');
}

/** Targets of the configuration and of the sandbox. */
export interface NamedTargets extends Targets, TargetsInParts {
  /** The targets that exist, the default first. Opens none of them. */
  list(): Promise<readonly TargetEntry[]>;
}

/** A database, with what guards it and shows who works on it. */
interface DatabaseParts {
  readonly database: MigrationDatabase;
  readonly leases: Leases;
  readonly activity: DatabaseActivity | undefined;
  /** Ends its connections. */
  close(): Promise<void>;
}

/** Parts of a target before it has an identity. */
interface TargetParts extends DatabaseParts {
  readonly name: string;
  readonly objects: ObjectStore;
  readonly originals: Originals;
  /** What stands for the bucket's server in the fingerprint; the sandbox's port changes, its identity does not. */
  readonly storeIdentity: string;
  readonly limits: BlastRadiusLimits;
  readonly guard: TargetGuard;
}

/** Finds targets by name: those of the configuration first, then the sandbox. */
export function openTargets(configuration: Configuration, crashAt: CrashAt): NamedTargets {
  const sandboxFolder = sandboxPath(configuration.workspacePath);

  async function open(name: string | undefined, mapping?: CustomMapping): Promise<OpenTarget> {
    const found = await find(name);
    const target = await identify(
      found.source === 'sandbox'
        ? sandboxParts(found.settings, { mapping, crashAt })
        : await configuredParts(found.settings, { mapping, crashAt }),
    );
    return { ...target, leases: leasesAtBoundaries(target.leases, crashAt) };
  }

  async function openInParts(name: string | undefined): Promise<TargetInParts> {
    const found = await find(name);
    return found.source === 'sandbox'
      ? sandboxInParts(found.settings)
      : configuredInParts(found.settings);
  }

  async function find(name: string | undefined): Promise<FoundSettings> {
    const wanted = name ?? configuration.defaultTarget ?? SANDBOX_TARGET;
    const settings = configuration.targets.find((target) => target.name === wanted);
    if (settings !== undefined) {
      if (settings.shutSecrets.length > 0) throw secretsShut(settings);
      return { source: 'configuration', settings };
    }
    if (wanted !== SANDBOX_TARGET) throw targetNotFound(wanted, await list());
    const sandbox = await readSandboxSettings(sandboxFolder);
    if (sandbox === undefined) throw name === undefined ? nothingConfigured() : sandboxMissing();
    return { source: 'sandbox', settings: sandbox };
  }

  async function list(): Promise<readonly TargetEntry[]> {
    const configured = configuration.targets.map(
      (target): TargetEntry => ({
        name: target.name,
        source: target.isManaged ? 'workspace' : 'configuration',
        databaseKind: target.databaseKind,
        bucket: target.bucket,
        environment: target.guard.environment,
        guard: target.guard.level,
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
        environment: SANDBOX_GUARD.environment,
        guard: SANDBOX_GUARD.level,
        isDefault: configuration.defaultTarget === null,
      },
    ];
  }

  return { open, openInParts, list };
}

type FoundSettings =
  | { readonly source: 'configuration'; readonly settings: TargetSettings }
  | { readonly source: 'sandbox'; readonly settings: SandboxSettings };

/** How a target's parts are opened. */
interface Opening {
  /** Overrides what the target itself says; left out: nothing does. */
  readonly mapping: CustomMapping | undefined;
  readonly crashAt: CrashAt;
}

/** For a look at the parts, which changes nothing. */
const TO_LOOK: Opening = { mapping: undefined, crashAt: NO_CRASH };

async function configuredParts(settings: TargetSettings, opening: Opening): Promise<TargetParts> {
  const originals = openOriginals(settings.originals);
  const objects = await openBucket(settings, opening.crashAt);
  const database = await configuredDatabase(settings, opening);
  return {
    name: settings.name,
    ...database,
    objects,
    originals,
    storeIdentity: objects.endpoint,
    limits: settings.limits,
    guard: settings.guard,
    close: () => closeBoth(database, objects),
  };
}

/** The bucket's client is closed although the database's connections could not be. */
async function closeBoth(
  database: Pick<DatabaseParts, 'close'>,
  objects: Pick<ObjectStore, 'close'>,
): Promise<void> {
  try {
    await database.close();
  } finally {
    await objects.close();
  }
}

async function configuredDatabase(
  settings: TargetSettings,
  { mapping, crashAt }: Opening,
): Promise<DatabaseParts> {
  const customMapping =
    mapping ?? (settings.mappingPath === null ? null : await readMappingFile(settings.mappingPath));
  if (settings.databaseKind === 'postgres')
    return openPostgres(settings, { customMapping, crashAt });
  if (settings.d1Path === null) {
    throw new OperatorError('CONFIG_MISSING', {
      message: `Target ${settings.name} is a D1 database, but D1_LOCAL_PATH is not set.`,
      hint: 'Set D1_LOCAL_PATH to the database file, its folder, a glob or the wrangler project folder.',
      details: { target: settings.name },
    });
  }
  const path = await findD1File({ path: settings.d1Path, cwd: process.cwd() });
  return d1Parts({ path, customMapping, crashAt });
}

function d1Parts(options: D1DatabaseOptions & { readonly crashAt: CrashAt }): DatabaseParts {
  return {
    database: openD1Database(options),
    leases: d1Leases(options),
    activity: undefined,
    close: () => Promise.resolve(),
  };
}

function sandboxParts(sandbox: SandboxSettings, { mapping, crashAt }: Opening): TargetParts {
  const objects = openSandboxBucket(sandbox, crashAt);
  return {
    name: SANDBOX_TARGET,
    ...d1Parts({
      path: sandbox.databasePath,
      customMapping: mapping ?? null,
      folderServer: 'sandbox',
      crashAt,
    }),
    close: () => objects.close(),
    objects,
    originals: folderOriginals({ path: sandbox.originalsPath }),
    storeIdentity: `sandbox ${sandbox.databaseId}`,
    limits: NO_LIMITS,
    guard: SANDBOX_GUARD,
  };
}

function sandboxInParts(sandbox: SandboxSettings): TargetInParts {
  const parts = sandboxParts(sandbox, TO_LOOK);
  return {
    name: parts.name,
    databaseKind: 'd1',
    database: { state: 'open', part: parts },
    objects: { state: 'open', part: parts.objects },
    originals: { state: 'open', part: parts.originals },
    identify: () => identityOf(parts),
    close: () => parts.close(),
  };
}

async function configuredInParts(settings: TargetSettings): Promise<TargetInParts> {
  const database = await partOf(() => configuredDatabase(settings, TO_LOOK));
  const databaseParts = database.state === 'open' ? database.part : undefined;
  const missing = bucketNotConfigured(settings);
  const objects: Part<ObjectStore> =
    missing === undefined
      ? await partOf(() => openBucket(settings, NO_CRASH))
      : { state: 'shut', error: missing };
  const originals = await partOf(() => openOriginals(settings.originals));
  return {
    name: settings.name,
    databaseKind: settings.databaseKind,
    database,
    objects,
    originals,
    identify: async () =>
      identityOf({
        name: settings.name,
        database: openedPart(database).database,
        // Where no bucket is configured, a target is known by the store that says so.
        objects: missing === undefined ? openedPart(objects) : await openBucket(settings, NO_CRASH),
        originals: openedPart(originals),
        storeIdentity: undefined,
      }),
    close: async () => {
      if (objects.state === 'open') await objects.part.close();
      if (databaseParts !== undefined) await databaseParts.close();
    },
  };
}

function openedPart<T>(part: Part<T>): T {
  if (part.state === 'shut') throw part.error;
  return part.part;
}

async function partOf<T>(open: () => T | Promise<T>): Promise<Part<T>> {
  try {
    return { state: 'open', part: await open() };
  } catch (error) {
    return { state: 'shut', error: toOperatorError(error) };
  }
}

async function identify(parts: TargetParts): Promise<OpenTarget> {
  const identity = await identityOf(parts).catch(async (error: unknown) => {
    await parts.close();
    throw error;
  });
  return {
    identity,
    database: parts.database,
    objects: parts.objects,
    originals: parts.originals,
    leases: parts.leases,
    activity: parts.activity,
    limits: parts.limits,
    guard: parts.guard,
    close: () => parts.close(),
  };
}

type IdentifyingParts = Pick<TargetParts, 'name' | 'database' | 'objects' | 'originals'> & {
  /** Left out: the bucket's endpoint. */
  readonly storeIdentity: string | undefined;
};

async function identityOf(parts: IdentifyingParts): Promise<TargetIdentity> {
  const description = await parts.database.describe();
  const fingerprint = createHash('sha256')
    .update(
      JSON.stringify([
        description.kind,
        description.identity,
        parts.storeIdentity ?? parts.objects.endpoint,
        parts.objects.bucket,
      ]),
    )
    .digest('hex');
  return {
    name: parts.name,
    databaseKind: description.kind,
    database: description.location,
    bucket: parts.objects.bucket,
    endpoint: parts.objects.endpoint,
    originals: parts.originals.location,
    fingerprint,
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

function secretsShut({ name, shutSecrets }: TargetSettings): OperatorError {
  return new OperatorError('VAULT_LOCKED', {
    message: `The target ${name} keeps ${shutSecrets.join(' and ')} in the vault, which is locked or has no such entry.`,
    hint: 'Unlock the vault on the page Targets, or name a file with its passphrase by UNWIND_VAULT_PASSPHRASE_FILE. Enter a secret that is missing again.',
    details: { target: name, settings: shutSecrets },
  });
}

function nothingConfigured(): OperatorError {
  return new OperatorError('CONFIG_MISSING', {
    message: 'No target is configured, and there is no sandbox.',
    hint: 'Add one on the page Targets of the console, set USE_D1_DATABASE=true and D1_LOCAL_PATH (see `unwind config show`), or make a sandbox with `unwind sandbox create`.',
  });
}

function sandboxMissing(): OperatorError {
  return new OperatorError('SANDBOX_MISSING', {
    message: 'The sandbox does not exist.',
    hint: 'Make it with `unwind sandbox create`.',
  });
}
