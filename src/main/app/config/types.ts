import type { ConfigValue } from '../../../shared/contract/target.ts';
import type { DatabaseKind } from '../../../shared/domain/target.ts';
import type { Vault } from '../../adapters/vault/open-vault.ts';
import type { BlastRadiusLimits } from '../../core/ports/blast-radius-limits.ts';
import type { TargetGuard } from '../../core/ports/target-guard.ts';
import type { Jurisdiction, LogLevel, SettingName } from './settings.ts';

/** Where configuration is read from. `loadConfiguration` reads nothing else. */
export interface ConfigurationRequest {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder whose `.env` and `unwind.yaml` count, and under which relative paths are resolved. */
  readonly cwd: string;
  /**
   * What the operator gave on the command line, by setting name (`R2_BUCKET_NAME`), plus `target`: the target they chose.
   * Secrets are refused.
   */
  readonly flags: Readonly<Record<string, string>>;
  /** The config file that `--config` names, instead of the usual places. */
  readonly configFile?: string | undefined;
  /** The vault of a workspace. Left out: nothing is kept in one. */
  readonly vaultIn?: ((home: string) => Vault) | undefined;
  /** A target that takes the place of the kept one of its name, or comes to them: to look what it would be. */
  readonly draft?: DraftTarget | undefined;
}

/** A target that is being entered. Holds secrets: never show, log or store it. */
export interface DraftTarget {
  readonly name: string;
  /** Settings and secrets by name, as they were entered. */
  readonly values: Readonly<Record<string, string>>;
}

/** How to reach a PostgreSQL database. Holds secrets. `null`: not configured. Paths are absolute, times in milliseconds, 0 for no limit. */
export interface PostgresSettings {
  /** Host name, address, or the folder of a socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string | null;
  readonly user: string | null;
  readonly password: string | null;
  /** `none` only for a server on this machine; `encrypted` does not check who answers. */
  readonly tlsMode: 'none' | 'encrypted' | 'verify-ca' | 'verify-full';
  /** PEM file, `system`, or `null` for all authorities that this machine and Node trust. */
  readonly rootCertificate: string | null;
  readonly clientCertificate: string | null;
  readonly clientKey: string | null;
  /** Schemas in which tables are looked for, as `search_path`; `null`: as the server has it. */
  readonly searchPath: string | null;
  readonly applicationName: string;
  readonly serverOptions: string | null;
  /** `null`: the default of the adapter. */
  readonly connectTimeoutMs: number | null;
  readonly statementTimeoutMs: number | null;
  readonly lockTimeoutMs: number | null;
  readonly idleTimeoutMs: number | null;
}

/** One configured target. Holds secrets: never show, log or store it. Paths are absolute; `null`: not configured. */
export interface TargetSettings {
  readonly name: string;
  /** Whether it was entered in the console and lies in the workspace. */
  readonly isManaged: boolean;
  /** Secrets that the vault did not give: it is locked, or has no such entry. */
  readonly shutSecrets: readonly SettingName[];
  readonly databaseKind: DatabaseKind;
  /** A file, a folder, a glob or a wrangler project folder. */
  readonly d1Path: string | null;
  readonly bucket: string | null;
  /** http(s) URL of the S3 endpoint; when `null` it follows from `accountId` and `jurisdiction`. */
  readonly endpoint: string | null;
  readonly accountId: string | null;
  readonly apiToken: string | null;
  readonly accessKeyId: string | null;
  readonly secretAccessKey: string | null;
  readonly jurisdiction: Jurisdiction;
  /** Folder or http(s) base that `source_path` is resolved under. */
  readonly originals: string | null;
  /** File that names the tables and columns of the migration; `null`: they are found by evidence. */
  readonly mappingPath: string | null;
  /** The most that one plan may change without a reason. */
  readonly limits: BlastRadiusLimits;
  /** What it takes to change the target. */
  readonly guard: TargetGuard;
  /** `null` for D1. */
  readonly postgres: PostgresSettings | null;
}

/** The settings of this process. */
export interface Configuration {
  /** Absolute path of the workspace folder; it may not exist yet. */
  readonly workspacePath: string;
  readonly logLevel: LogLevel;
  /** The default first. Empty when no database is configured. */
  readonly targets: readonly TargetSettings[];
  /** Name of the first target; `null` when there is none. */
  readonly defaultTarget: string | null;
  /**
   * Every setting of a target (the default when left out) with its origin; secrets read `set`.
   * @throws {TARGET_NOT_FOUND}
   */
  readonly show: (targetName?: string) => ConfigValue[];
  /** What must never be printed or stored: secrets of all targets and what is derived from them. */
  readonly secretValues: readonly string[];
}
