import { join } from 'node:path';
import type { Operator } from '../../shared/domain/target.ts';
import { tarPacks } from '../adapters/pack/tar-packs.ts';
import { openReconcileReports } from '../adapters/reconcile-file/reconcile-reports.ts';
import { workspaceReferenceFiles } from '../adapters/reference-files/reference-files.ts';
import { workspaceReferenceLogs } from '../adapters/reference-files/reference-logs.ts';
import { openRunFiles } from '../adapters/run-file/run-files.ts';
import { openSandbox } from '../adapters/sandbox/open-sandbox.ts';
import { openEvidenceStage } from '../adapters/snapshots/evidence-stage.ts';
import { folderCatalogue } from '../adapters/snapshots/folder-catalogue.ts';
import { folderSnapshots } from '../adapters/snapshots/folder-snapshots.ts';
import { crashPoints } from '../adapters/system/crash-points.ts';
import { fileBugLog } from '../adapters/system/file-bug-log.ts';
import { fileSessionLog } from '../adapters/system/file-session-log.ts';
import { nodeHashes } from '../adapters/system/node-hashes.ts';
import { systemClock } from '../adapters/system/system-clock.ts';
import { thisOperator } from '../adapters/system/this-operator.ts';
import { ulidIds } from '../adapters/system/ulid-ids.ts';
import { workspaceDisk } from '../adapters/system/workspace-disk.ts';
import { openVault, type Vault } from '../adapters/vault/open-vault.ts';
import { openBegunRuns } from '../adapters/workspace/begun-runs.ts';
import { openDebtLedger } from '../adapters/workspace/debt-ledger.ts';
import { openSafeModes } from '../adapters/workspace/safe-modes.ts';
import type { Clock } from '../core/ports/clock.ts';
import { type CrashAt, NO_CRASH } from '../core/ports/crash-points.ts';
import { createRunEngine } from '../core/run/run-engine.ts';
import {
  begunRunsAtBoundaries,
  ledgerAtBoundaries,
  runFilesAtBoundaries,
  safeModesAtBoundaries,
} from './at-boundaries.ts';
import { type LiveConfiguration, liveConfiguration } from './config/live-configuration.ts';
import { loadConfiguration } from './config.ts';
import { explainDroppedColumns } from './explain-dropped-columns.ts';
import { type TargetKeeper, targetKeeper } from './keep-targets.ts';
import { type NamedTargets, openTargets, sandboxPath } from './open-targets.ts';
import { createRouter, type Router } from './procedures/router.ts';

/** How a door starts the application. */
export interface AppOptions {
  readonly door: Operator['door'];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Settings given on the command line, by setting name. */
  readonly flags: Readonly<Record<string, string>>;
  readonly configFile?: string;
  /** The program that serves the sandbox. */
  readonly sandboxEntry: URL;
  /** The sandbox's server ends when this process does. Without it, it goes on until it is stopped. */
  readonly sandboxOwnerPid?: number;
}

/** The application behind a door. */
export interface App {
  readonly router: Router;
  readonly workspacePath: string;
  /** Runs that this process executes now. */
  activeRunIds(): readonly string[];
  /** Stops every run at its next safe boundary and waits for it. */
  close(): Promise<void>;
}

/** What an application is built on: its settings, the targets that it reaches, its time, and where it may die. */
export interface AppGround {
  readonly configuration: LiveConfiguration;
  readonly vault: Vault;
  readonly keeper: TargetKeeper;
  readonly targets: NamedTargets;
  readonly clock: Clock;
  readonly crashAt: CrashAt;
}

/**
 * Builds the application of a door.
 * @throws CONFIG_INVALID, CONFIG_SECRET_IN_FILE
 */
export async function composeApp(options: AppOptions): Promise<App> {
  const vaults = new Map<string, Vault>();
  const vaultIn = (home: string): Vault => {
    const vault = vaults.get(home) ?? openVault(join(home, 'vault.json'));
    vaults.set(home, vault);
    return vault;
  };
  const { env, cwd, flags, configFile } = options;
  const request = { env, cwd, flags, configFile, vaultIn };
  const configuration = await liveConfiguration(() => loadConfiguration(request));
  const vault = vaultIn(configuration.workspacePath);
  const keeper = targetKeeper({
    configuration,
    vault,
    targetsWith: async (draft) => {
      const drafted = await loadConfiguration({ ...request, draft });
      configuration.hide(drafted.secretValues);
      return openTargets(drafted, NO_CRASH);
    },
  });
  const crashAt = crashPoints(options.env['UNWIND_CRASH_AT']);
  const targets = openTargets(configuration, crashAt);
  return composeOn(options, {
    configuration,
    vault,
    keeper,
    targets,
    clock: systemClock,
    crashAt,
  });
}

/** Builds the application on its ground: the only place that knows which adapter stands behind which port of the workspace. */
export function composeOn(
  options: Pick<AppOptions, 'door' | 'sandboxEntry' | 'sandboxOwnerPid'>,
  { configuration, vault, keeper, targets, clock, crashAt }: AppGround,
): App {
  const { workspacePath } = configuration;
  const runFiles = runFilesAtBoundaries(
    openRunFiles(join(workspacePath, 'runs'), crashAt),
    crashAt,
  );
  const workspaceDatabase = join(workspacePath, 'workspace.sqlite');
  const shared = {
    targets: explainDroppedColumns(targets, runFiles),
    runFiles,
    snapshots: folderSnapshots(join(workspacePath, 'snapshots'), crashAt),
    catalogue: folderCatalogue({
      snapshots: join(workspacePath, 'snapshots'),
      backups: join(workspacePath, 'backups'),
    }),
    openEvidenceStage,
    packs: tarPacks(workspacePath, crashAt),
    ledger: ledgerAtBoundaries(openDebtLedger(workspaceDatabase), crashAt),
    safeModes: safeModesAtBoundaries(openSafeModes(workspaceDatabase), crashAt),
    begunRuns: begunRunsAtBoundaries(openBegunRuns(workspaceDatabase), crashAt),
    reports: openReconcileReports(join(workspacePath, 'reconciles'), crashAt),
    disk: workspaceDisk(workspacePath),
    operator: thisOperator(options.door),
    clock,
    ids: ulidIds(),
    hashes: nodeHashes,
    crashAt,
  };
  const engine = createRunEngine({
    ...shared,
    referenceFiles: workspaceReferenceFiles({
      workspacePath,
      logLevel: configuration.logLevel,
      secrets: () => configuration.secretValues,
      crashAt,
    }),
  });
  const sandbox = openSandbox({
    path: sandboxPath(workspacePath),
    serverEntry: options.sandboxEntry,
    ...(options.sandboxOwnerPid === undefined ? {} : { ownerPid: options.sandboxOwnerPid }),
  });
  return {
    router: createRouter({
      ...shared,
      configuration,
      vault,
      keeper,
      engine,
      sandbox,
      bugLog: fileBugLog({ workspacePath, secrets: () => configuration.secretValues }),
      referenceLogs: workspaceReferenceLogs(workspacePath),
      sessionLog: fileSessionLog({ workspacePath, secrets: () => configuration.secretValues }),
    }),
    workspacePath,
    activeRunIds: () => engine.activeRunIds(),
    close: () => engine.stopAll(),
  };
}
